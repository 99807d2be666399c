"""Tests of tlcore.fetching."""
