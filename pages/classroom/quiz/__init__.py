"""A few questions about each lesson; every answer says why it is right or wrong."""
