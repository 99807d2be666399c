"""What a worker makes of a run with torch: weights, a script that trains again, TensorBoard."""
