"""What holds the app to its word: the tree of the code, a browser, a bench."""
