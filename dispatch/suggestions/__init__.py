"""What a unit's way suggests to its crew: that it set out, arrived, left."""
