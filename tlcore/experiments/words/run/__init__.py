"""What a worker does of words in context."""
