"""Several waiting incidents and several units matched together, as a proposal."""
