"""Tests of pages/understand."""
