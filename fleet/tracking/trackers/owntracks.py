"""Form O: OwnTracks in HTTP mode at ``/t/owntracks``; speed in km/h, battery in percent.

What is no location, and an empty body, is accepted and ignored: other ``_type``s tell of the app,
not of the vehicle. An encrypted message is none of these: it hides a position from us.
"""

from collections.abc import Mapping

from fleet.tracking.trackers import flat, plain
from fleet.tracking.trackers.reading import Misread, Reading, misread
from fleet.tracking.trackers.upload import (
    Upload,
    elements,
    json_value,
    raw_of,
    raw_query,
    unreadable,
)
from fleet.tracking.trackers.values import KMH_MPS

FORM = "owntracks"
UNITS = flat.Units(KMH_MPS)


def decode(upload: Upload) -> list[Reading]:
    """Return a reading for each location of the upload. Raises TooLarge."""
    try:
        if not upload.is_json:
            return _parameters(upload)
        found = elements(json_value(upload), upload)
    except Misread as error:
        return unreadable(FORM, upload, error)
    return [reading for one in found if (reading := _element(one)) is not None]


def _parameters(upload: Upload) -> list[Reading]:
    """Return the reading of a query or a form, as apps that imitate OwnTracks send it."""
    fields = plain.sent(upload)
    if fields.get("_type", "location") != "location" or not fields.keys() & {*flat.LAT, *flat.LON}:
        return []
    return [flat.read(FORM, raw_query(fields), fields, UNITS)]


def _element(one: object) -> Reading | None:
    if not isinstance(one, Mapping):
        return misread(FORM, raw_of(one), Misread("body", "not an object"))
    kind = one.get("_type")
    if kind == "encrypted":
        error = Misread("_type", "encrypted: take the encryption key out of the app")
        return misread(FORM, raw_of(one), error)
    if kind != "location":
        return None
    reading = flat.read(FORM, raw_of(one), one, UNITS)
    if reading.lat is None and reading.fault is None:
        return misread(FORM, reading.raw, Misread("lat", "a location without a place"))
    return reading
