"""A unit, its shift and its status."""
