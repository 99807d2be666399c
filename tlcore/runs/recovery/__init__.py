"""A damaged store becomes one with all that could be read of it."""
