"""Tests of tlcore.experiments."""
