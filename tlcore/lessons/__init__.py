"""What is taught with which experiment: the plan of a lesson, and every statement's preset."""
