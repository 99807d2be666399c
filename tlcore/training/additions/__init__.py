"""What learns of blocks whose weights stay, or is added to them: a module for each way."""
