"""The telephone exchange: its signed events become calls, with its own stamps."""
