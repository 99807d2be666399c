"""What this is, one button that shows it, and the path through the app."""
