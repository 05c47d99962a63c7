"""A child taken out of severe and imminent danger: the prosecutor must hear of it in time."""
