"""Real pictures, to be measured on: figures go into the app, the pictures never do."""
