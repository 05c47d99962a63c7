"""Places of safety: how many beds are free where, and the place itself, which stays hidden."""
