"""Tests of pages/language."""
