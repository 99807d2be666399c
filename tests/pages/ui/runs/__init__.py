"""Tests of pages/ui/runs."""
