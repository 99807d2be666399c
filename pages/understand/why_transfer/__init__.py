"""Pre-training and fine-tuning: a race, how soon, what it costs, and a pre-training to watch."""
