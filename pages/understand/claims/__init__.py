"""Published claims, run again: twelve at a glance, then one at a time with a seed to run."""
