"""What a reader sees: sections of pages, and what the pages share."""
