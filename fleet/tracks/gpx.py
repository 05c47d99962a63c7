"""A track as GPX 1.1, which ordinary map programs open."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from fleet.tracks.track import Fixes, TrackPoint

NAMESPACE = "http://www.topografix.com/GPX/1/1"
SPEED = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"


def written(name: str, fixes: Fixes) -> bytes:
    """Return the track as a GPX document, a ``trkseg`` a segment; times are UTC.

    Speed and heading stand in the usual extension, in m/s and degrees.
    """
    root = Element("gpx", {"version": "1.1", "creator": "Sayyar", "xmlns": NAMESPACE})
    root.set("xmlns:gpxtpx", SPEED)
    track = SubElement(root, "trk")
    SubElement(track, "name").text = name
    if fixes.truncated:
        SubElement(track, "desc").text = "truncated: there are more fixes than one answer holds"
    for segment in fixes.segments():
        _segment(track, segment)
    return bytes(ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _segment(track: Element, segment: Sequence[TrackPoint]) -> None:
    into = SubElement(track, "trkseg")
    for point in segment:
        _point(into, point)


def _point(into: Element, point: TrackPoint) -> None:
    """Add a ``trkpt``; its children stand in the order that the schema wants."""
    found = SubElement(into, "trkpt", {"lat": f"{point.lat:.7f}", "lon": f"{point.lon:.7f}"})
    if point.altitude_m is not None:
        SubElement(found, "ele").text = f"{point.altitude_m:.1f}"
    at = datetime.fromtimestamp(point.fixed_at_ms / 1000, UTC)
    SubElement(found, "time").text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if point.speed_mps is not None or point.heading_deg is not None:
        extension = SubElement(SubElement(found, "extensions"), "gpxtpx:TrackPointExtension")
        if point.speed_mps is not None:
            SubElement(extension, "gpxtpx:speed").text = f"{point.speed_mps:.2f}"
        if point.heading_deg is not None:
            SubElement(extension, "gpxtpx:course").text = f"{point.heading_deg:.1f}"
