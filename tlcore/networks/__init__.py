"""Builders of blocks: every backbone as a row of named parts, with its weights."""
