"""Tests of tlcore.training."""
