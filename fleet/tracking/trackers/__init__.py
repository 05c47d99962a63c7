"""One pure decoder per client in the field: query or body in, fixes out."""
