"""Tests of tlcore.data.known."""
