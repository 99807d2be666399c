"""Measures what the README claims about speed.  Nothing here is collected by pytest."""
