"""Triage: what kind of case it is, and what the rules of the day say about it."""
