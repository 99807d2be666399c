"""A backbone made ready for a task: plan applied, head put on, features read off."""
