"""Tests of tlcore.data.corpus."""
