"""Tests of tlcore.runs.recovery."""
