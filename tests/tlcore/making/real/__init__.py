"""Tests of tlcore.making.real."""
