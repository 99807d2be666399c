"""What made the assets: pre-training, recordings, the catalogue; nothing at run time imports it."""
