"""What is known of a place or a person from before: earlier incidents, and flags of caution."""
