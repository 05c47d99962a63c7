"""Traccar Client, of every version, and all that speaks its protocol at ``/t``: forms A, B, C, D.

The shape tells the version: a query (up to 8, speed in knots), JSON with ``location`` (9, m/s), a
form as body (10, knots), an array of flat objects (10, knots). An array may carry either kind.
"""

from collections.abc import Mapping
from typing import Any

from fleet.tracking.trackers import flat, nested, plain
from fleet.tracking.trackers.reading import Misread, Reading, misread
from fleet.tracking.trackers.upload import (
    BLOT,
    SECRET_NAMES,
    Upload,
    elements,
    json_value,
    raw_of,
    raw_query,
    unreadable,
)
from fleet.tracking.trackers.values import KNOT_MPS

UNITS = flat.Units(KNOT_MPS)
QUERY, NESTED, BODY, FLAT = "traccar", "traccar_json", "traccar_form", "traccar_batch"


def decode(upload: Upload) -> list[Reading]:
    """Return a reading for each report of the upload. Raises TooLarge."""
    form = FLAT if upload.is_json else BODY if upload.body.strip() else QUERY
    try:
        if upload.is_json:
            return _json(upload)
        fields = plain.sent(upload)
    except Misread as error:
        return unreadable(form, upload, error)
    return [flat.read(form, raw_query(fields), fields, UNITS)]


def _json(upload: Upload) -> list[Reading]:
    found = elements(json_value(upload), upload)
    first = _name(found[0]) if found else None
    readings: list[Reading] = []
    for one in found:
        # A batch is let in by one device's token: what another says is not this one's.
        if first == BLOT.decode() and _name(one) not in {None, first}:
            error = Misread("id", "of another device than the first of the batch")
            readings.append(misread(FLAT, raw_of(one), error))
        else:
            readings += _element(one, upload)
    upload.check_count(len(readings))
    return readings


def _element(one: object, upload: Upload) -> list[Reading]:
    if not isinstance(one, Mapping):
        return [misread(FLAT, raw_of(one), Misread("body", "not an object"))]
    if nested.has_shape(one):
        return nested.read(NESTED, one, upload)
    return [flat.read(FLAT, raw_of(one), one, UNITS)]


def _name(one: Any) -> str | None:
    """Return the device that a report names."""
    if not isinstance(one, Mapping):
        return None
    return next((str(one[name]) for name in SECRET_NAMES if one.get(name) is not None), None)
