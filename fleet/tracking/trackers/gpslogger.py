"""Form G: GPSLogger at ``/t/gpslogger``; its URL or body has placeholders, speed is in m/s.

A query, a form or JSON with the names of docs/reference/trackers.md, time as ISO 8601 or epoch.
"""

from fleet.tracking.trackers import plain
from fleet.tracking.trackers.reading import Reading
from fleet.tracking.trackers.upload import Upload

FORM = "gpslogger"


def decode(upload: Upload) -> list[Reading]:
    """Return a reading for each report of the upload. Raises TooLarge."""
    return plain.decode(FORM, upload, speed_unit_mps=1)
