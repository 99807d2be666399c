"""Tests of tlcore.runs.executors."""
