"""Tests of tlcore.experiments.layers."""
