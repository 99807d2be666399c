"""Tests of tlcore.making.grid."""
