"""Break it: eight runs that went wrong; find the cause, see the proof, repair it."""
