"""Form N: GPX 1.0 and 1.1 at ``/t/gpx``: a recorded track; speed in m/s.

Also how any GPX is opened here: with what may hurt refused before the parser sees it.
"""

from collections.abc import Iterator
from itertools import islice

# A document type, whose entities are the bombs of XML, never comes to the parser.
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fleet.tracking.trackers import flat
from fleet.tracking.trackers.reading import Misread, Reading, misread
from fleet.tracking.trackers.upload import Upload, raw_of, unreadable

FORM = "gpx"
PARTS_LIMIT = 100


def decode(upload: Upload) -> list[Reading]:
    """Return a reading for each track point of the upload. Raises TooLarge."""
    try:
        points = list(islice(every(root_of(upload.text), "trkpt"), upload.limit + 1))
        if not points:
            raise Misread("trkpt", "the file has no track point")
    except Misread as error:
        return unreadable(FORM, upload, error)
    upload.check_count(len(points))
    return [_reading(point) for point in points]


def _reading(point: Element) -> Reading:
    parts = {name_of(part): (part.text or "").strip() for part in islice(point.iter(), PARTS_LIMIT)}
    parts.pop("location", None)
    fields = {**parts, **{name: point.get(name, "") for name in ("lat", "lon")}}
    raw = raw_of({name: value for name, value in fields.items() if value})
    if not fields.get("time"):
        return misread(FORM, raw, Misread("time", "a recorded point without its time"))
    return flat.read(FORM, raw, fields, flat.Units(1))


def root_of(text: str) -> Element:
    """Return the root element of a GPX document. Raises Misread."""
    if "<!DOCTYPE" in text:
        raise Misread("body", "a GPX file has no document type; this one is not read")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise Misread("body", f"not XML: {error}") from None
    if name_of(root) != "gpx":
        raise Misread("body", f"not GPX: its root is <{name_of(root)[:40]}>")
    return root


def name_of(element: Element) -> str:
    """Return the name without its namespace, of which GPX has several."""
    return element.tag.rpartition("}")[2]


def every(element: Element, name: str) -> Iterator[Element]:
    """Yield every such element within, however deep."""
    return (child for child in element.iter() if name_of(child) == name)
