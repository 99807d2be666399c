"""Pages of the section language in a real browser."""
