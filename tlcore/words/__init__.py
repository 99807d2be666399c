"""Words for learners in two languages: texts, glossary, quiz."""
