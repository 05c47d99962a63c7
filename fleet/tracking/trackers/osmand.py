"""Form K: the OsmAnd app at ``/t/osmand``; a URL with numbered placeholders, m/s, milliseconds.

What it calls ``hdop`` is its accuracy in metres, 0 when it knows none.
"""

from fleet.tracking.trackers import plain
from fleet.tracking.trackers.reading import Reading
from fleet.tracking.trackers.upload import Upload

FORM = "osmand"


def decode(upload: Upload) -> list[Reading]:
    """Return a reading for each report of the upload. Raises TooLarge."""
    return plain.decode(FORM, upload, speed_unit_mps=1, hdop_m=1)
