"""What must be looked after later: who does it, until when, and what came of it."""
