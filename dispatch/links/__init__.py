"""Incidents that belong together: what looks like a duplicate, what was merged, what is related."""
