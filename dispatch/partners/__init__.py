"""Relays between this desk's system and another agency's: 110, 115, the unified number."""
