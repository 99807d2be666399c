"""Networks that see pictures, each cut into blocks."""
