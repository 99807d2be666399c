"""The same fine-tune by five libraries that people use, and by ours: CPU time and accuracy."""
