"""Pictures that a reader brings, decoded without trusting them."""
