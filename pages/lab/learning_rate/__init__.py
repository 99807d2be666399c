"""The learning rate: how sensitive a head and a whole network are to it, and how to choose it."""
