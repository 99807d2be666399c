"""A link for the class: settings, hidden controls and a question in one address."""
