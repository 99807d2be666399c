"""A run as the pages see it: begun, waited for, watched, read, looked into, taken home."""
