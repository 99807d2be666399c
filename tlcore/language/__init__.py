"""Small language models of this project: one for each way of learning from plain text."""
