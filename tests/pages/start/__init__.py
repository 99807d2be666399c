"""Tests of pages/start."""
