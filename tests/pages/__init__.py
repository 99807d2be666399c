"""Tests of the pages, without a browser: from app.py, by key."""
