"""Tests of tlcore.runs."""
