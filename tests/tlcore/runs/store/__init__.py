"""Tests of tlcore.runs.store."""
