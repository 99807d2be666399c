"""What is added to frozen blocks and learns: LoRA and adapters."""
