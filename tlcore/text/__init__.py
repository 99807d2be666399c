"""The project's own text: a generator of sentences, and sets written by hand.  Torch-free."""
