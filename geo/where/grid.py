"""UTM: a zone, an easting of six digits and a northing of seven."""

import re

import utm

from geo.where.reading import LEAST_M, ReadFrom, Reading, unreadable

_UTM = re.compile(
    r"(?:UTM[\s:]*)?(?:زون|ZONE)?\s*(?P<zone>\d{1,2})\s*(?P<band>[A-Z])?[\s,]+"
    r"(?:E\s*)?(?P<east>\d{6}(?:\.\d+)?)\s*(?:ME?|E)?[\s,;]+"
    r"(?:N\s*)?(?P<north>\d{6,8}(?:\.\d+)?)\s*(?:MN?|N)?",
    re.IGNORECASE,
)
_SOUTHERN = "CDEFGHJKLM"


def read_utm(text: str) -> Reading | None:
    """Return the place of a plain text of UTM, None when it is something else.

    A letter is the band of latitude, in which S is 32 to 40 degrees north; without one, or with N,
    it is the north. Raises Invalid (``text``) when there is no such place.
    """
    found = _UTM.fullmatch(text.strip())
    if not found:
        return None
    band = (found["band"] or "N").upper()
    try:
        lat, lon = utm.to_latlon(
            float(found["east"]),
            float(found["north"]),
            int(found["zone"]),
            northern=band not in _SOUTHERN,
        )
    except (utm.OutOfRangeError, ValueError) as error:
        raise unreadable(f"no place in UTM: {error}") from error
    return Reading(round(float(lat), 7), round(float(lon), 7), LEAST_M, ReadFrom.UTM)
