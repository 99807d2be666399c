"""Tests of tlcore.ground."""
