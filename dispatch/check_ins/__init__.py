"""A crew at work says from time to time that it is well; silence goes up, step by step."""
