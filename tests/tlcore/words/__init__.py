"""Tests of tlcore.words."""
