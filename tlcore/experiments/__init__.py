"""One folder for each experiment: names of its parts in `__init__.py`, and the parts.

tlcore.runs.registry finds the folders; no other file lists them.
"""
