"""Tests of tlcore.experiments.learning_rate."""
