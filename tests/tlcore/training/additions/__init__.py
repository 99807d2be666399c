"""Tests of tlcore.training.additions."""
