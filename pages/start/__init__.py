"""What the app is, and where to begin."""

PAGES = ("home",)  # in the order of the lesson
