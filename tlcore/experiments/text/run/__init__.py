"""What a worker measures of fine-tunes on texts."""
