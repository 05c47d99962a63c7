"""Who works when: the roster, the holidays, and signing on and off."""
