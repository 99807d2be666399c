"""Tests of what at least two pages use."""
