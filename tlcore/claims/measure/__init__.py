"""One seed of a claim: what loads torch, and so is imported only where it is measured."""
