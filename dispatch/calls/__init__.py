"""A call: the contact that may open an incident or join one, and mostly does neither."""
