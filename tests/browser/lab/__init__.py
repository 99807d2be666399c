"""Pages of the section lab in a real browser."""
