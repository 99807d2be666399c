"""The words of the field, each with one sentence and the page where it is an experiment."""
