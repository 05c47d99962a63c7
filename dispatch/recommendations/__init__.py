"""Which unit first and why, and why each other not; kept so that it can be replayed."""
