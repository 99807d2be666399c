"""Who says what is right: a person, nobody, the world, the data.  One small experiment each."""
