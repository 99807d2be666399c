"""Tests of tlcore.lessons."""
