"""What a teacher and a class need around the pages."""

PAGES = ("room", "lesson_plan", "lesson_links", "quiz", "glossary")  # in the order of the lesson
