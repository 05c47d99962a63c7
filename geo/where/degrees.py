"""Latitude and longitude as two, four or six numbers: degrees, with minutes, with seconds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geo.where.letters import directed
from geo.where.reading import ReadFrom, Reading, radius_m, unreadable

InRegion = Callable[[float, float], bool]
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_REST = re.compile(r"[\s,;:/°'\"()]*")
_COMMA_DECIMALS = re.compile(r"^\W*[+-]?\d{1,3},\d+\D*[\s;]\D*\d{1,3},\d+\W*$")
_SLASH_DECIMALS = re.compile(r"(?<![\d/.])(\d{1,3})/(\d{2,})(?![\d/.])")


@dataclass(frozen=True)
class Angle:
    """An angle in degrees; ``step_deg`` is what its last digit counts."""

    deg: float
    step_deg: float
    letter: str


def read_degrees(text: str, in_region: InRegion) -> Reading | None:
    """Return the place of a plain text of coordinates, None when it is something else.

    Raises Invalid (``text``) when it is coordinates, but no place on the earth.
    """
    text = _pointed(directed(text).upper())
    letters = re.findall("[NSEW]", text)
    if not _NUMBER.search(text) or not _REST.fullmatch(_NUMBER.sub("", re.sub("[NSEW]", "", text))):
        return None
    numbers = _NUMBER.findall(text)
    if len(numbers) < 2 and not letters:
        return None
    if len(numbers) not in {2, 4, 6}:
        raise unreadable(f"latitude and longitude are 2, 4 or 6 numbers, not {len(numbers)}")
    if letters and sorted(letter in "NS" for letter in letters) != [False, True]:
        raise unreadable(f"one of N or S and one of E or W, not {' and '.join(letters)}")
    half = len(numbers) // 2
    first = _angle(numbers[:half], letters[0] if letters else "")
    second = _angle(numbers[half:], letters[1] if letters else "")
    return _placed(
        first, second, in_region, ReadFrom.DECIMAL if half == 1 else ReadFrom.SEXAGESIMAL
    )


def _pointed(text: str) -> str:
    """Write decimals with a point that were written with a comma or, as by hand, with a slash."""
    if _COMMA_DECIMALS.match(text):
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return _SLASH_DECIMALS.sub(r"\1.\2", text)


def _angle(parts: Sequence[str], letter: str) -> Angle:
    """Return the angle of degrees and, if any, minutes and seconds."""
    if any("." in part for part in parts[:-1]):
        raise unreadable("only the last of degrees, minutes and seconds has decimals")
    values = [abs(float(part)) for part in parts]
    if any(value >= 60 for value in values[1:]):
        raise unreadable("minutes and seconds must be below 60")
    deg = sum(value / 60**i for i, value in enumerate(values))
    negative = parts[0].startswith("-") is not (letter in {"S", "W"})
    decimals = len(parts[-1].partition(".")[2])
    return Angle(-deg if negative else deg, 10.0**-decimals / 60 ** (len(parts) - 1), letter)


def _placed(first: Angle, second: Angle, in_region: InRegion, basis: ReadFrom) -> Reading:
    """Return the place; the letters tell which is latitude, else the region does."""
    if first.letter:
        lat, lon = (first, second) if first.letter in "NS" else (second, first)
        return _reading(lat, lon, basis, swapped=False)
    usual = _is_place(first, second) and in_region(first.deg, second.deg)
    if not usual and _is_place(second, first):
        only_so = in_region(second.deg, first.deg) or not _is_place(first, second)
        if only_so:
            return _reading(second, first, basis, swapped=True)
    return _reading(first, second, basis, swapped=False)


def _is_place(lat: Angle, lon: Angle) -> bool:
    return abs(lat.deg) <= 90 and abs(lon.deg) <= 180


def _reading(lat: Angle, lon: Angle, basis: ReadFrom, *, swapped: bool) -> Reading:
    if not _is_place(lat, lon):
        raise unreadable(
            f"latitude {lat.deg:g} and longitude {lon.deg:g} are no place: at most 90 and 180"
        )
    off_m = radius_m(lat.deg, lat.step_deg, lon.step_deg)
    return Reading(round(lat.deg, 7), round(lon.deg, 7), off_m, basis, swapped)
