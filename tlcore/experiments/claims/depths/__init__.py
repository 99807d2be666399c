"""Blocks copied and frozen up to a depth, as claims 1 to 4 need them: measured, recorded, read."""
