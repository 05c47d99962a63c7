"""What became of an offer on its way: it reached the device, a person has seen it."""
