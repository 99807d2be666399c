"""Tests of the page of the kinds of learning."""
