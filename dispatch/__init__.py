"""The calls: incidents, and the units that are sent to them."""
