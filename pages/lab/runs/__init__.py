"""My runs: everything this reader began or opened by a link, to compare, repeat and take away."""
