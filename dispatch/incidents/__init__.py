"""An incident from its opening to its closing, without the units that serve it."""
