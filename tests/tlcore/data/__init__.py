"""Tests of tlcore.data."""
