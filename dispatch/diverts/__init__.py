"""Taking a unit from a lesser call for a more urgent one."""
