"""Ninety minutes, or as many as there are: what to click, what to ask, what the class does."""
