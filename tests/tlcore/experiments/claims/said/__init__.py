"""Tests of tlcore.experiments.claims.said."""
