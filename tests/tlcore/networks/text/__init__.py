"""Tests of tlcore.networks.text."""
