"""Tests of tlcore.runs.reading."""
