"""What stands too long is told as an alarm, once, and taken back when it stands no more."""
