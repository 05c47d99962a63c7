"""What was recorded wrongly is put right beside the original, which nobody can change."""
