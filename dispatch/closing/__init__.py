"""Closing an incident: care does not end with it, so it is refused while something is owed."""
