"""Flat reports of one unit of speed, however they are carried: query, form, JSON, array."""

from collections.abc import Mapping

from fleet.tracking.trackers import flat
from fleet.tracking.trackers.flat import Units
from fleet.tracking.trackers.reading import Misread, Reading, misread
from fleet.tracking.trackers.upload import (
    SECRET_NAMES,
    Upload,
    elements,
    json_value,
    parameters,
    raw_of,
    raw_query,
    unreadable,
)
from fleet.tracking.trackers.values import HDOP_M


def decode(
    form: str, upload: Upload, *, speed_unit_mps: float, hdop_m: float = HDOP_M
) -> list[Reading]:
    """Return a reading for each report of the upload. Raises TooLarge."""
    units = Units(speed_unit_mps, hdop_m)
    try:
        if upload.is_json:
            found = elements(json_value(upload), upload)
            return [_element(form, one, units) for one in found]
        fields = sent(upload)
    except Misread as error:
        return unreadable(form, upload, error)
    return [flat.read(form, raw_query(fields), fields, units)]


def sent(upload: Upload) -> dict[str, str]:
    """Return what the query and the form in the body say, the body before the query.

    Raises Misread for a body that says nothing that is known.
    """
    body = parameters(upload.body.strip())
    if body and not body.keys() & (flat.KNOWN | {*SECRET_NAMES}):
        raise Misread("body", "neither a form nor JSON")
    return {**parameters(upload.query), **body}


def _element(form: str, one: object, units: Units) -> Reading:
    if not isinstance(one, Mapping):
        return misread(form, raw_of(one), Misread("body", "not an object"))
    return flat.read(form, raw_of(one), one, units)
