"""Training objectives: what a model is asked to predict, what it may see, what that is worth."""
