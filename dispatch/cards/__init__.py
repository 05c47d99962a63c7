"""What a crew may know of an incident: exactly where and who on need to know, else the area."""
