"""HTTP of trackers: ``/t`` and the addresses below it, each in the words of one client.

With a good token the answer is 2xx whatever the content: each report is durable in history, in
quarantine with its reason, or refused for a reason that it names (off shift, duplicate). A client
that hears anything else sends the same again for ever. 5xx only when nothing was made durable.
"""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from fleet.devices.device import Device
from fleet.devices.queries import device_of_any
from fleet.tracking.fix import DROPPED, Fix, Unreadable, Verdict
from fleet.tracking.trackers import gpslogger, gpx, nmea, osmand, owntracks, traccar
from fleet.tracking.trackers.reading import Reading, report, sign_of_life
from fleet.tracking.trackers.tokens import tokens
from fleet.tracking.trackers.upload import Upload
from kit.clock import now
from kit.codec import encode
from kit.errors import TooMany, Unauthenticated, Unavailable
from kit.web import json
from realtime.pending import Batch

router = APIRouter(tags=["trackers"])
DURABLE_WITHIN_S = 20
Decode = Callable[[Upload], list[Reading]]


class Told(BaseModel):
    """What became of one report; ``verdict`` is null for a heartbeat that was heard.

    ``kept`` tells whether it is stored, in history or in quarantine, and ``fault`` names the field
    that could not be read.
    """

    verdict: str | None
    kept: bool
    fault: str | None


class Answer(BaseModel):
    """What became of each report, in the order in which they came."""

    reports: list[Told]


@router.get("/t", response_model=Answer)
@router.get("/t/", response_model=Answer, include_in_schema=False)
@router.post("/t", response_model=Answer)
@router.post("/t/", response_model=Answer, include_in_schema=False)
async def from_traccar(request: Request) -> Response:
    """Take what Traccar Client sends, in any of its forms; heartbeats and batches too."""
    return _answer(await _take(request, traccar.decode))


@router.post("/t/owntracks", response_model=list[str])
@router.post("/t/owntracks/", response_model=list[str], include_in_schema=False)
async def from_owntracks(request: Request) -> Response:
    """Take what OwnTracks sends; the answer is an empty array, as OwnTracks wants it."""
    await _take(request, owntracks.decode)
    return json(b"[]")


@router.get("/t/gpslogger", response_model=Answer)
@router.get("/t/gpslogger/", response_model=Answer, include_in_schema=False)
@router.post("/t/gpslogger", response_model=Answer)
@router.post("/t/gpslogger/", response_model=Answer, include_in_schema=False)
async def from_gpslogger(request: Request) -> Response:
    """Take what GPSLogger sends."""
    return _answer(await _take(request, gpslogger.decode))


@router.get("/t/osmand", response_model=Answer)
@router.get("/t/osmand/", response_model=Answer, include_in_schema=False)
@router.post("/t/osmand", response_model=Answer)
@router.post("/t/osmand/", response_model=Answer, include_in_schema=False)
async def from_osmand(request: Request) -> Response:
    """Take what the OsmAnd app sends."""
    return _answer(await _take(request, osmand.decode))


@router.get("/t/nmea", response_model=Answer)
@router.get("/t/nmea/", response_model=Answer, include_in_schema=False)
@router.post("/t/nmea", response_model=Answer)
@router.post("/t/nmea/", response_model=Answer, include_in_schema=False)
async def from_nmea(request: Request) -> Response:
    """Take NMEA 0183 sentences, RMC and GGA, one a line."""
    return _answer(await _take(request, nmea.decode))


@router.post("/t/gpx", response_model=Answer)
@router.post("/t/gpx/", response_model=Answer, include_in_schema=False)
async def from_gpx(request: Request) -> Response:
    """Take a recorded track as GPX."""
    return _answer(await _take(request, gpx.decode))


def _answer(told: list[Told]) -> Response:
    return json(encode({"reports": [one.model_dump() for one in told]}))


async def _take(request: Request, decode: Decode) -> list[Told]:
    """Read the upload and make its reports durable; return what became of each.

    Raises Unauthenticated, TooMany, TooLarge, Unavailable.
    """
    upload = Upload(
        received_at=now(),
        query=request.scope["query_string"],
        body=await request.body(),
        content_type=request.headers.get("content-type", ""),
        limit=request.app.state.settings.fixes_limit,
    )
    device, token = await _device(request, upload)
    readings = decode(upload.without(token))
    return await _keep(request, device, readings, upload) if readings else []


async def _device(request: Request, upload: Upload) -> tuple[Device, str]:
    """Return the device and the token that it came with. Raises Unauthenticated, TooMany."""
    state = request.app.state
    candidates = tokens(upload, request.headers.get("authorization", ""))
    found = await device_of_any(state.db, state.device_memory, candidates)
    if found is None:
        raise Unauthenticated("id: not the token of an enrolled device")
    wait_s = state.device_rates.wait_s(found[0].id, upload.received_at)
    if wait_s:
        raise TooMany("too many requests of this device", retry_after_s=int(wait_s) + 1)
    return found


async def _keep(
    request: Request, device: Device, readings: list[Reading], upload: Upload
) -> list[Told]:
    state = request.app.state
    at = upload.received_at
    reports = [report(reading, device.unit_id, device.id, at) for reading in readings]
    batch = state.ingest.put([one for one in reports if one is not None])
    state.ingest.hurry()
    waiting = {batch.durable}
    if sign := sign_of_life(_news(readings, reports, batch), device.unit_id, device.id, at):
        waiting.add(state.ingest.heard(sign))
    else:
        state.ingest.quiet(device.unit_id, device.id)
    _, late = await asyncio.wait(waiting, timeout=DURABLE_WITHIN_S)
    if late:
        raise Unavailable("the positions are not durable yet; send them again")
    verdicts = iter(batch.verdicts)
    silent = None if state.feed.board.on_shift(device.unit_id) else Verdict.OFF_SHIFT
    return [
        _told(reading, silent if one is None else next(verdicts))
        for reading, one in zip(readings, reports, strict=True)
    ]


def _news(
    readings: list[Reading], reports: list[Fix | Unreadable | None], batch: Batch
) -> list[Reading]:
    """Return the readings that were not sent before: a call for help is told once."""
    verdicts = iter(batch.verdicts)
    return [
        reading
        for reading, one in zip(readings, reports, strict=True)
        if one is None or next(verdicts) is not Verdict.DUPLICATE
    ]


def _told(reading: Reading, verdict: Verdict | None) -> Told:
    return Told(verdict=verdict, kept=verdict not in DROPPED, fault=reading.fault)
