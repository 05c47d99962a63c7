"""Who answers for an incident: handed over, taken over, sent once to another desk or province."""
