"""What reports for a unit: phones and boxes, their tokens, and how they are."""
