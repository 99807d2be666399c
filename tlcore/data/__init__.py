"""Pictures and texts to learn from: drawn, known, brought by a reader, written here."""
