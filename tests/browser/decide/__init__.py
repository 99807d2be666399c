"""Pages of the section decide in a real browser."""
