"""Measures what README.md beside it claims about speed.  Nothing here is collected by pytest."""
