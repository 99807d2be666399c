"""The project's own language: a generator of sentences, the same for a seed on every machine."""
