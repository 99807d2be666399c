"""Tests of tlcore.networks."""
