"""Reports that are not believed, kept apart until a person looks."""
