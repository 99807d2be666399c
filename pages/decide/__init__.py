"""What to do with the data at hand: the plan, the data looked at, the backbone."""

PAGES = ("matrix", "my_dataset", "backbones")  # in the order of the lesson
