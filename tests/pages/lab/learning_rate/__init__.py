"""Tests of the page of the learning rate."""
