"""Tests of pages/ui/lesson."""
