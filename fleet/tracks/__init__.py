"""History: where units were. Days as partitions, tracks, stops."""
