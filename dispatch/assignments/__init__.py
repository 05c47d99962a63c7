"""Which unit goes to which incident: recommendation, offer, assignment."""
