"""Tests of pages/lab."""
