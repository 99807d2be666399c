"""Tests of tlcore.experiments.claims."""
