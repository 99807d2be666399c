"""Tests of tlcore, in its own tree."""
