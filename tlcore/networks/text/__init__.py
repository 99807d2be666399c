"""Networks that read texts, each cut into blocks, with their tokens."""
