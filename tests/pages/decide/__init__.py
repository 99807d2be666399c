"""Tests of pages/decide."""
