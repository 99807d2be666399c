"""Strategies side by side: a guess, a race, and the cheapest that is equal to the best."""
