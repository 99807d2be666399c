"""Pre-trains the small language models and judges them."""
