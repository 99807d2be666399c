"""The project's own text: a generator of sentences, and sets written for it.  Torch-free."""
