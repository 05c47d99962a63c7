"""Four eyes: a sensitive act needs a second person, before it is done or, alone, after."""
