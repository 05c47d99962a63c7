"""HTTP of history: one unit's track and its summary, many units' lines, map tiles."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from fleet.tracks import gpx, queries
from fleet.tracks.queries import FIXES_LIMIT, Box, Span
from fleet.tracks.rules import HistoryRules
from fleet.tracks.schemas import (
    LONGEST_TILE,
    LONGEST_TRACK,
    Format,
    TrackSummary,
    TrackView,
    geojson,
    read_box,
    read_until,
)
from fleet.tracks.stops import StopRules, summarised
from fleet.tracks.track import Fixes, simplified
from kit.clock import now
from kit.codec import encode
from kit.db import Connection
from kit.errors import Forbidden, NotFound, invalid
from kit.identity import Actor, Role
from kit.shapes import Id, Instant
from kit.web import Desk, LongReading, SignedIn, Today, check_own, json, returns

router = APIRouter(tags=["tracks"])
HIGHEST_ZOOM = 22
PIXELS_A_TILE = 512
EQUATOR_M = 40_075_016.7
Tolerance = Annotated[float, Query(ge=0, le=10_000)]


@router.get("/units/{unit_id}/track", **returns("TrackView"))
async def track(
    unit_id: Id,
    conn: LongReading,
    actor: SignedIn,
    today: Today,
    since: Instant,
    until: Instant | None = None,
    format: Format = "json",  # noqa: A002 - its name on the wire
    tolerance_m: Tolerance = 0,
    bbox: str | None = None,
) -> Response:
    """Return where a unit was in [since, until), until now by default; a crew sees its own shift.

    As JSON, GeoJSON or GPX; with ``tolerance_m`` simplified so that no line moves further.
    """
    box = read_box(bbox)
    since, end = await _span(conn, actor, unit_id, since, until)
    fixes = await _fixes(conn, unit_id, await queries.rules_on(conn, today), (since, end), box)
    fixes = await asyncio.to_thread(simplified, fixes, tolerance_m)
    if format == "gpx":
        body = await asyncio.to_thread(gpx.written, f"unit {unit_id}", fixes)
        return _file(body, f"unit-{unit_id}.gpx")
    view = TrackView(
        unit_id, since, end, tolerance_m, fixes.truncated, FIXES_LIMIT, fixes.begins, fixes.points
    )
    if format == "geojson":
        return Response(encode(geojson(view)), media_type="application/geo+json")
    return json(encode(view))


@router.get("/units/{unit_id}/track/summary", **returns("TrackSummary"))
async def summary(
    unit_id: Id,
    conn: LongReading,
    actor: SignedIn,
    today: Today,
    since: Instant,
    until: Instant | None = None,
) -> Response:
    """Return how far a unit drove in [since, until), where it stopped and for how long."""
    since, end = await _span(conn, actor, unit_id, since, until)
    rules = await queries.rules_on(conn, today)
    fixes = await _fixes(conn, unit_id, rules, (since, end), Box())
    stop = StopRules(rules.stop_radius_m, rules.stop_after_s, rules.track_gap_s)
    found = await asyncio.to_thread(summarised, fixes.points, stop)
    head = (unit_id, since, end, fixes.truncated, FIXES_LIMIT, len(fixes.points))
    return json(encode(TrackSummary(*head, **msgspec.structs.asdict(found))))


@router.get("/tracks")
async def lines(
    conn: LongReading,
    _: Desk,
    today: Today,
    since: Instant,
    until: Instant | None = None,
    bbox: str | None = None,
    units: Annotated[list[Id] | None, Query()] = None,
    tolerance_m: Tolerance = 10,
) -> Response:
    """Return the simplified lines of all or some units in a box, as GeoJSON.

    Each unit has an equal share of the fixes that an answer is made from; the units that had more
    are named in ``truncated_units``.
    """
    box = read_box(bbox)
    end = read_until(since, until, now(), LONGEST_TRACK)
    gap_s = (await queries.rules_on(conn, today)).track_gap_s
    body = await queries.lines(conn, units, Span(since, end, gap_s), box, tolerance_m)
    return Response(body, media_type="application/geo+json")


@router.get("/tracks/tiles/{z}/{x}/{y}.mvt")
async def tile(
    z: int,
    x: int,
    y: int,
    conn: LongReading,
    _: Desk,
    today: Today,
    since: Instant,
    until: Instant | None = None,
) -> Response:
    """Return a vector tile of where units were, of a day at most: its layer is ``tracks``.

    ``X-Truncated: true`` says that fixes were left out.
    """
    end = read_until(since, until, now(), LONGEST_TILE)
    _check_tile(z, x, y)
    gap_s = (await queries.rules_on(conn, today)).track_gap_s
    pixel_m = EQUATOR_M / 2**z / PIXELS_A_TILE
    body, truncated = await queries.tile(conn, Span(since, end, gap_s), (z, x, y), pixel_m)
    headers = {"x-truncated": str(truncated).lower()}
    return Response(body, media_type="application/vnd.mapbox-vector-tile", headers=headers)


def _check_tile(z: int, x: int, y: int) -> None:
    if not 0 <= z <= HIGHEST_ZOOM:
        raise invalid("z", f"between 0 and {HIGHEST_ZOOM}")
    for name, value in (("x", x), ("y", y)):
        if not 0 <= value < 2**z:
            raise invalid(name, f"between 0 and {2**z - 1} at zoom {z}")


def _file(body: bytes, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type="application/gpx+xml", headers=headers)


async def _span(
    conn: Connection, actor: Actor, unit_id: int, since: datetime, until: datetime | None
) -> tuple[datetime, datetime]:
    """Return the time that the actor may see. Raises NotFound, Forbidden, Invalid."""
    check_own(actor, unit_id)
    end = read_until(since, until, now(), LONGEST_TRACK)
    if not await queries.has_unit(conn, unit_id):
        raise NotFound(f"no unit {unit_id}")
    if actor.role is not Role.CREW:
        return since, end
    shift = await queries.newest_shift(conn, unit_id)
    if shift is None:
        raise Forbidden("a crew sees the track of its own shift, and there is none yet")
    started_at, ended_at = shift
    return (begins := max(since, started_at)), max(begins, min(end, ended_at or end))


async def _fixes(
    conn: Connection,
    unit_id: int,
    rules: HistoryRules,
    span: tuple[datetime, datetime],
    box: Box,
) -> Fixes:
    return await queries.fixes(conn, unit_id, Span(*span, rules.track_gap_s), box)
