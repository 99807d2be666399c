"""Texts as data: written sets, a reader's own, tokens, spans.  No torch but in texts.py."""
