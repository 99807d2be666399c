"""What one looks at and works with: pictures drawn in the browser, each with its Python side."""
