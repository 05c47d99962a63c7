"""The live board of a supervisor: what waits, who is where, and how the day goes so far."""
