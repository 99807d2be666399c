"""Tests of tlcore.networks.language."""
