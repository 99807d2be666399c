"""Tests of tlcore.experiments.already."""
