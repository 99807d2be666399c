"""Tests of tlcore.data.sets."""
