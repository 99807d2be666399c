"""Tests of tlcore.experiments.survey."""
