"""Tests of tlcore.experiments.text."""
