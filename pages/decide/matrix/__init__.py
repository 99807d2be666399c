"""The matrix of data size and similarity, as a picture one clicks; a cell answers with a plan."""
