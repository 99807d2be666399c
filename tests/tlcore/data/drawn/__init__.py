"""Tests of tlcore.data.drawn."""
