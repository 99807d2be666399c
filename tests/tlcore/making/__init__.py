"""Tests of tlcore.making."""
