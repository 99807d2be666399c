"""Tests of pages/ui/server."""
