"""Fine-tuning a text encoder: which layer to read, what learns, its cost, its mistakes."""
