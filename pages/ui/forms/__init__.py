"""What the reader sets: the draft, its controls, the buttons, and the link that holds it all."""
