"""What a crew or the desk asks of others for an incident: each a task with a clock of its own."""
