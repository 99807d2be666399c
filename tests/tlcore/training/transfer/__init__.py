"""Tests of tlcore.training.transfer."""
