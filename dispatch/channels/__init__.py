"""Ways to a crew beside its socket: a gateway that sends short messages and tells the answers."""
