"""Torch rooms of claims 7 to 11: pictures that change, and which part of a network answers to it.

tlcore.claims says of each claim what was published and judges; a module here measures one seed.
"""
