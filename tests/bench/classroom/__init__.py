"""A full room, an attack, a fault: what the app does under them, measured."""
