"""Tests of tlcore.networks.vision."""
