"""Tests of tlcore.experiments.text.heads."""
