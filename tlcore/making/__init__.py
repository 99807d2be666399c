"""What made the assets: pre-training, the grid, the catalogue; no run and no page imports it."""
