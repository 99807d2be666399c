"""Tests of tlcore.catalog."""
