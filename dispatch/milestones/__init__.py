"""A unit's way through a job: what it reached, or that it was called off."""
