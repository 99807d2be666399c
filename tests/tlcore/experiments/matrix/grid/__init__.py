"""Tests of tlcore.experiments.matrix.grid."""
