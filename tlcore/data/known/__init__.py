"""Sets of pictures that others made: shipped small, or fetched through torchvision."""
