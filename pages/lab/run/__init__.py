"""A run's own page, for anyone who has its link: what it was, how it goes, what came out."""
