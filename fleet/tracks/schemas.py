"""HTTP shapes of tracks, and how what was asked is read."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from fleet.tracks.queries import FIXES_LIMIT, Box
from fleet.tracks.stops import Stop
from fleet.tracks.track import Fixes, TrackPoint
from kit.errors import invalid

Format = Literal["json", "geojson", "gpx"]
LONGEST_TRACK = timedelta(days=31)
LONGEST_TILE = timedelta(days=1)


class TrackView(msgspec.Struct, frozen=True):
    """Where a unit was in [since, until). ``segments`` are the indexes in ``positions`` at which a
    new one begins: no line leads there. ``truncated``: there are more than ``limit``; go on from
    the last one's instant.
    """

    unit: int
    since: datetime
    until: datetime
    tolerance_m: float
    truncated: bool
    limit: int
    segments: list[int]
    positions: list[TrackPoint]


class TrackSummary(msgspec.Struct, frozen=True):
    """How a unit spent [since, until): ``elapsed_s``, from the first fix to the last, is
    ``moving_s`` + ``stopped_s`` + ``unknown_s``. ``distance_m`` is without the jitter of standing
    and without what no fix tells of. ``truncated``: only the first ``limit`` fixes count.
    """

    unit: int
    since: datetime
    until: datetime
    truncated: bool
    limit: int
    fixes: int
    distance_m: float
    elapsed_s: float
    moving_s: float
    stopped_s: float
    unknown_s: float
    stops: list[Stop]


def read_until(
    since: datetime, until: datetime | None, now: datetime, longest: timedelta
) -> datetime:
    """Return the end of a time that is asked for. Raises Invalid (``until``, ``since``)."""
    if until is not None and until < since:
        raise invalid("until", "lies before since")
    end = until or now
    if not timedelta(0) <= end - since <= longest:
        raise invalid("since", f"between until and {longest.days} days before it")
    return end


def read_box(text: str | None) -> Box:
    """Return the box of ``west,south,east,north`` in degrees. Raises Invalid (``bbox``)."""
    if text is None:
        return Box()
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        raise invalid("bbox", "four numbers of degrees: west,south,east,north") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise invalid("bbox", "west,south,east,north in degrees, west and south first")
    return Box(west, south, east, north)


def geojson(view: TrackView) -> dict[str, object]:
    """Return a track as a GeoJSON FeatureCollection, a feature a segment; coordinates lon, lat."""
    fixes = Fixes(view.positions, view.segments)
    return {
        "type": "FeatureCollection",
        "unit": view.unit,
        "since": view.since,
        "until": view.until,
        "tolerance_m": view.tolerance_m,
        "truncated": view.truncated,
        "limit": FIXES_LIMIT,
        "features": [_feature(segment) for segment in fixes.segments()],
    }


def _feature(segment: list[TrackPoint]) -> dict[str, object]:
    places = [(round(one.lon, 6), round(one.lat, 6)) for one in segment]
    alone = len(places) == 1
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point" if alone else "LineString",
            "coordinates": places[0] if alone else places,
        },
        "properties": {
            "unit": segment[0].unit,
            "from_ms": segment[0].fixed_at_ms,
            "to_ms": segment[-1].fixed_at_ms,
            "times_ms": [one.fixed_at_ms for one in segment],
            "speeds_mps": [one.speed_mps for one in segment],
        },
    }
