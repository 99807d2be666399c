"""Pages of the section classroom in a real browser."""
