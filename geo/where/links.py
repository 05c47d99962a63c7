"""Places in ``geo:`` URIs and in the links of the usual maps: read from the link, never fetched."""

import math
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from geo.where.degrees import InRegion, read_degrees
from geo.where.reading import LEAST_M, ReadFrom, Reading, unreadable

VIEW_PX = 100
"""A link to a view of the map shows the place somewhere near its middle: so many pixels from it."""
M_A_PX_AT_0 = 156_543.03
HALF_WAY_ROUND_M = 20_040_000
_PAIR = r"(-?\d+(?:\.\d+)?)"
_PINNED_PATH = re.compile(rf"!3d{_PAIR}!4d{_PAIR}")
_VIEW = (
    re.compile(rf"@{_PAIR},{_PAIR}(?:,(?P<zoom>\d+(?:\.\d+)?)z)?"),
    re.compile(rf"#(?:map=)?(?P<zoom>\d+(?:\.\d+)?)/{_PAIR}/{_PAIR}"),
)
_PAIRED = ("q", "query", "ll", "destination", "daddr", "coordinate", "pt", "point", "cp", "center")
_SINGLE = (("mlat", "mlon"), ("latitude", "longitude"), ("lat", "lon"), ("lat", "lng"))


def read_link(text: str, in_region: InRegion) -> Reading | None:
    """Return the place of a plain text that is a link, None when it is something else.

    Raises Invalid (``text``) when the link tells no place.
    """
    if text.lower().startswith("geo:"):
        return _geo_uri(text, in_region)
    found = re.search(r"https?://\S+", text)
    if not found:
        return None
    try:
        address = urlsplit(unquote(found[0]))
    except ValueError:
        raise unreadable("this is no link: its address cannot be read") from None
    pinned = next(_pinned(address, in_region), None) or _view(address, in_region)
    if pinned is None:
        raise unreadable("this link tells no place; open it and copy the coordinates")
    return pinned


def _pair(lat: str, lon: str, in_region: InRegion, basis: ReadFrom) -> Reading:
    read = read_degrees(f"{lat} {lon}", in_region)
    if read is None:
        raise unreadable(f"{lat}, {lon} are no coordinates")
    return Reading(read.lat, read.lon, read.uncertainty_m, basis, read.swapped)


def _geo_uri(text: str, in_region: InRegion) -> Reading:
    """Read RFC 5870; 0,0 with a query is how telephones write a point with a name."""
    queried = re.search(rf"[?&]q={_PAIR},{_PAIR}", text)
    plainly = queried or re.match(rf"geo:{_PAIR},{_PAIR}", text, re.IGNORECASE)
    if not plainly:
        raise unreadable("a geo: URI begins with latitude,longitude")
    read = _pair(plainly[1], plainly[2], in_region, ReadFrom.GEO_URI)
    given = re.search(r";u=(\d+(?:\.\d+)?)", text)
    off_m = max(LEAST_M, float(given[1])) if given else read.uncertainty_m
    if off_m > HALF_WAY_ROUND_M:
        raise unreadable("an uncertainty of more than half the earth")
    return Reading(read.lat, read.lon, off_m, read.basis, read.swapped)


def _pinned(address: SplitResult, in_region: InRegion) -> Iterator[Reading]:
    """Yield the places that the link names, the surest first."""
    if found := _PINNED_PATH.search(address.path):
        yield _pair(found[1], found[2], in_region, ReadFrom.MAP_LINK)
    given = {name: values[0] for name, values in parse_qs(address.query).items()}
    for lat, lon in _SINGLE:
        if lat in given and lon in given:
            yield _pair(given[lat], given[lon], in_region, ReadFrom.MAP_LINK)
    for name in _PAIRED:
        if found := re.fullmatch(rf"(?:loc:)?\s*{_PAIR}[,~\s]+{_PAIR}", given.get(name, "")):
            yield _pair(found[1], found[2], in_region, ReadFrom.MAP_LINK)


def _view(address: SplitResult, in_region: InRegion) -> Reading | None:
    """Return the middle of the view that the link shows."""
    shown = f"{address.path}#{address.fragment}"
    for view in _VIEW:
        if found := view.search(shown):
            lat, lon = (part for name, part in _unnamed(found))
            read = _pair(lat, lon, in_region, ReadFrom.MAP_VIEW)
            off_m = max(read.uncertainty_m, _seen_m(read.lat, found["zoom"]))
            return Reading(read.lat, read.lon, off_m, read.basis, read.swapped)
    return None


def _unnamed(found: re.Match[str]) -> Iterator[tuple[int, str]]:
    named = set(found.re.groupindex.values())
    return ((n, part) for n, part in enumerate(found.groups(), 1) if n not in named)


def _seen_m(lat: float, zoom: str | None) -> float:
    m_a_px = M_A_PX_AT_0 * math.cos(math.radians(lat)) / 2 ** min(float(zoom or 15), 30)
    return float(math.ceil(VIEW_PX * m_a_px))
