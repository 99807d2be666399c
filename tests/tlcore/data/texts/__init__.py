"""Tests of tlcore.data.texts."""
