"""Where each unit is and was, and which reports of it to believe."""
