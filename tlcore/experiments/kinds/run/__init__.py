"""What a worker does without labels, or with a reader's own."""
