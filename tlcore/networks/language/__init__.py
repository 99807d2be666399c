"""The small language models of this project, and those of the hub that write."""
