"""Pages of the section understand in a real browser."""
