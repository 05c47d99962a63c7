"""A text read as a place: a link, a grid, coordinates or a road's kilometre; else it is a name."""

from geo.where.degrees import InRegion, read_degrees
from geo.where.grid import read_utm
from geo.where.letters import plain
from geo.where.links import read_link
from geo.where.reading import Reading
from geo.where.roads import Said, read_road


def read(text: str, in_region: InRegion) -> Reading | Said | None:
    """Return what the text says; None when it can only be a name.

    ``in_region(lat, lon)`` tells in which order two bare numbers are meant. Raises Invalid
    (``text``) when it is meant as a place and is none.
    """
    bare = plain(text)
    return (
        read_link(bare, in_region)
        or read_utm(bare)
        or read_road(bare)
        or read_degrees(bare, in_region)
    )
