"""Where somebody says it is, in any usual writing, and how sure that makes us."""
