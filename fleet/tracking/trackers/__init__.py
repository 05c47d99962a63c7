"""One small pure decoder per client in the field: an upload in, readings out, never a failure."""
