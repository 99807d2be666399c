"""What stands around every page, and how it speaks: words, colours, navigation, components."""
