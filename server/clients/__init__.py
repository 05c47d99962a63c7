"""Desk and crew as programs: real clients on the real wire, for journeys, bench and demo."""
