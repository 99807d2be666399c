"""Other heads on a text encoder: names in a sentence, an answer in a passage."""
