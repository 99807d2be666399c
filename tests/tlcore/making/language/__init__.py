"""Tests of tlcore.making.language."""
