"""The units: what they are, what they may do next, where they are."""
