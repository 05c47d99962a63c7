"""The wire: facts and positions from the database to every screen, and back."""
