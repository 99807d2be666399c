"""Generating: every task as text in, text out; examples in a prompt; which use needs what."""
