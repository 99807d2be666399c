"""What a worker does of the lesson on objectives."""
