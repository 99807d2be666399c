"""A data set before training: its pictures, what the network sees, how near it is, what to do."""
