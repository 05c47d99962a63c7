"""Tracks from GPX 1.0 and 1.1: each ``trk`` is a vehicle. One bad point does not cost the file."""

from collections.abc import Iterator
from pathlib import Path

# What may hurt, a document type with its entities, is refused before the parser sees it.
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from kit.errors import invalid
from server.replay.records import BadRow, FixRow, Sheet, Skipped, Times, degrees, measure


def read_tracks(file: Path, times: Times) -> Sheet[FixRow]:
    """Read every track; one without a name takes the file's. Raises Invalid when it is no GPX."""
    text = file.read_text("utf-8-sig", errors="replace")
    if "<!DOCTYPE" in text:
        raise invalid(str(file), "a GPX file has no document type; this one is not read")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        raise invalid(str(file), f"not XML: {error}") from error
    if _name(root) != "gpx":
        raise invalid(str(file), f"not GPX: its root is <{_name(root)}>")
    sheet: Sheet[FixRow] = Sheet()
    for number, track in enumerate(_all(root, "trk"), start=1):
        vehicle = _text(track, "name") or f"{file.stem}-{number}"
        for n, point in enumerate(_all(track, "trkpt"), start=1):
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


def _name(element: Element) -> str:
    """Return the name without its namespace, of which GPX has several."""
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.iter() if _name(child) == name)


def _text(element: Element, name: str) -> str:
    """Return the text of the first such child, however deep; extensions put speed deeper."""
    return next((child.text.strip() for child in _all(element, name) if child.text), "")
