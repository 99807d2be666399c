"""What layers know: a picture through every block, before and after, and which blocks to keep."""
