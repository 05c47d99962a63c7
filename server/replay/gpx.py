"""Tracks from GPX 1.0 and 1.1: each ``trk`` is a vehicle. One bad point does not cost the file."""

from pathlib import Path
from xml.etree.ElementTree import Element

from fleet.tracking.trackers.gpx import every, root_of
from fleet.tracking.trackers.reading import Misread
from kit.errors import invalid
from server.replay.records import BadRow, FixRow, Sheet, Skipped, Times, degrees, measure


def read_tracks(file: Path, times: Times) -> Sheet[FixRow]:
    """Read every track; one without a name takes the file's. Raises Invalid when it is no GPX."""
    try:
        root = root_of(file.read_text("utf-8-sig", errors="replace"))
    except Misread as error:
        raise invalid(str(file), str(error)) from error
    sheet: Sheet[FixRow] = Sheet()
    for number, track in enumerate(every(root, "trk"), start=1):
        vehicle = _text(track, "name") or f"{file.stem}-{number}"
        for n, point in enumerate(every(track, "trkpt"), start=1):
            try:
                sheet.rows.append(_fix(vehicle, point, times))
            except BadRow as bad:
                sheet.skipped.append(Skipped(file.name, f"{vehicle}, point {n}", str(bad)))
    return sheet


def _fix(vehicle: str, point: Element, times: Times) -> FixRow:
    return FixRow(
        vehicle=vehicle,
        at=times.read(_text(point, "time")),
        lat=degrees(point.get("lat", ""), "lat", 90),
        lon=degrees(point.get("lon", ""), "lon", 180),
        speed_mps=measure(_text(point, "speed"), 1000),
        heading_deg=measure(_text(point, "course"), 360),
    )


def _text(element: Element, name: str) -> str:
    """Return the text of the first such child, however deep; extensions put speed deeper."""
    return next((child.text.strip() for child in every(element, name) if child.text), "")
