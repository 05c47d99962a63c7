"""Whether a unit's vehicle is ready: its odometer, its checks, its defects."""
