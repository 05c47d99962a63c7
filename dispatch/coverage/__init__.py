"""Which counties a free unit can reach in time, and what they lose when one goes."""
