"""How a run learns, as records and arithmetic that need no torch: specs, strategies, rates,
estimates."""
