"""Tests of tlcore.data.own."""
