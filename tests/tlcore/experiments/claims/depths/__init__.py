"""Tests of tlcore.experiments.claims.depths."""
