"""Places by name: villages, towns, landmarks and roads, found however their names are written."""
