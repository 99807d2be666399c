"""A class in a lesson: bar and clock that go along, guesses before results, a teacher's links."""
