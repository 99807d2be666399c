"""What learns of blocks whose weights stay, or is added to them: biases, LoRA, adapters."""
