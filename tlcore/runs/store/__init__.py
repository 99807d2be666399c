"""The run store: one SQLite file, its tables, and what may be asked and told."""
