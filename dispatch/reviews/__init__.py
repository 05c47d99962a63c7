"""Quality review: a random sample of closed incidents that can be drawn again, and its marks."""
