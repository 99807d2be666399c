"""What a worker does of the page on learning rates: strips, a finder, pairs."""
