"""Words in context: one word's vectors by layer, and which of them knows what it means."""
