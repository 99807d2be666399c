"""Pre-trains the backbones that come with the app, and cuts the samples beside them."""
