"""Form N: NMEA 0183 at ``/t/nmea``: sentences RMC and GGA, as GPS boxes write them; knots.

RMC tells the date, speed and course, GGA the altitude and precision; the two of one instant are
one reading. Each sentence must carry its checksum. Other sentences say nothing that is used.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import NamedTuple

from fleet.tracking.trackers import values
from fleet.tracking.trackers.reading import Misread, Reading, clipped, misread
from fleet.tracking.trackers.upload import Upload, parameters, unreadable
from fleet.tracking.trackers.values import HDOP, HDOP_M, KNOT_MPS

FORM = "nmea"
PARAMETERS = ("nmea", "gprmc", "sentence")
SENTENCE = re.compile(r"[$!](?P<said>[^*$!]{1,120})\*(?P<sum>[0-9A-Fa-f]{2})")
CLOCK = re.compile(r"(\d\d)(\d\d)(\d\d)(\.\d+)?", re.ASCII)
DATE = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
ANGLE = re.compile(r"(\d{1,3})(\d\d(?:\.\d*)?)", re.ASCII)
SIMULATED = {"rmc": {"S", "M"}, "gga": {"7", "8"}}


class Said(NamedTuple):
    """One sentence: its kind (``rmc``, ``gga``), its fields by place, and its line."""

    kind: str
    fields: list[str]
    line: str

    def at(self, place: int) -> str:
        """Return a field, empty when the sentence is too short for it."""
        return self.fields[place].strip() if place < len(self.fields) else ""


def decode(upload: Upload) -> list[Reading]:
    """Return a reading for each instant of the upload. Raises TooLarge."""
    groups = _instants(_text(upload))
    if not groups:
        error = Misread("body", "neither an RMC nor a GGA sentence")
        return unreadable(FORM, upload, error)
    upload.check_count(len(groups))
    readings: list[Reading] = []
    day: date | None = None
    for group in groups:
        if isinstance(group, Reading):
            readings.append(group)
            continue
        day = _day(group) or day
        readings.append(_reading(group, day, upload.received_at))
    return readings


def _text(upload: Upload) -> str:
    if upload.body.strip():
        return upload.text
    try:
        query = parameters(upload.query)
    except Misread:
        return ""
    return next((query[name] for name in PARAMETERS if query.get(name)), "")


def _instants(text: str) -> list["list[Said] | Reading"]:
    """Return the sentences grouped by instant, and what could not be read in its place."""
    found: list[list[Said] | Reading] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            said = _sentence(line)
        except Misread as error:
            found.append(misread(FORM, line, error))
            continue
        if said is None:
            continue
        last = found[-1] if found else None
        if isinstance(last, list) and _together(last, said):
            last.append(said)
        else:
            found.append([said])
    return found


def _together(group: list[Said], said: Said) -> bool:
    return group[0].at(1) == said.at(1) and said.kind not in {one.kind for one in group}


def _sentence(line: str) -> Said | None:
    """Return the sentence, None for one that is not used. Raises Misread."""
    match = SENTENCE.fullmatch(line)
    if match is None:
        raise Misread("sentence", "not of the form $…*checksum")
    if reduce(lambda one, two: one ^ two, match["said"].encode()) != int(match["sum"], 16):
        raise Misread("checksum", "does not fit the sentence")
    fields = match["said"].split(",")
    kind = fields[0][-3:].lower()
    return Said(kind, fields, line) if kind in SIMULATED else None


def _day(group: list[Said]) -> date | None:
    """Return the date that the instant's RMC tells, if it is one."""
    match = DATE.fullmatch(next((one.at(9) for one in group if one.kind == "rmc"), ""))
    if match is None:
        return None
    try:
        return date(2000 + int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _reading(group: list[Said], day: date | None, now: datetime) -> Reading:
    raw = clipped("\n".join(one.line for one in group))
    try:
        return _read(group, raw, day, now)
    except Misread as error:
        return misread(FORM, raw, error)


def _read(group: list[Said], raw: str, day: date | None, now: datetime) -> Reading:
    by_kind = {one.kind: one for one in group}
    rmc, gga = (by_kind.get(kind, Said(kind, [], "")) for kind in ("rmc", "gga"))
    place = _place(rmc, 3) or _place(gga, 2)
    if place is None:
        return Reading(form=FORM, raw=raw)
    if rmc.at(2) == "V" or gga.at(6) == "0":
        raise Misread("valid", "the receiver says that it has no valid position")
    return Reading(
        form=FORM,
        raw=raw,
        fixed_at=_instant(group[0].at(1), day, now),
        lat=place[0],
        lon=place[1],
        accuracy_m=values.measure("hdop", gga.at(8), HDOP, HDOP_M),
        speed_mps=values.measure("speed", rmc.at(7), values.SPEED_MPS, KNOT_MPS),
        heading_deg=values.measure("course", rmc.at(8), values.HEADING_DEG),
        altitude_m=values.measure("altitude", gga.at(9), values.ALTITUDE_M),
        mock=rmc.at(12) in SIMULATED["rmc"] or gga.at(6) in SIMULATED["gga"],
    )


def _place(said: Said, first: int) -> tuple[float, float] | None:
    """Return the place at four fields from ``first``; None when the sentence has none."""
    lat, north, lon, east = (said.at(first + n) for n in range(4))
    if not (lat or lon):
        return None
    return _angle("lat", lat, north, "NS"), _angle("lon", lon, east, "EW")


def _angle(name: str, text: str, side: str, sides: str) -> float:
    """Return degrees of what is written as degrees and minutes without a gap."""
    match = ANGLE.fullmatch(text)
    if match is None or side not in set(sides):
        raise Misread(name, f"not degrees and minutes: {text[:20]!r} {side[:5]!r}")
    degrees = int(match[1]) + float(match[2]) / 60
    return degrees if side == sides[0] else -degrees


def _instant(text: str, day: date | None, now: datetime) -> datetime | None:
    """Return the instant; without a date the one nearest to now, without a time now (None)."""
    if not text:
        return None
    match = CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3]) > 60:
        raise Misread("time", f"not a time of day: {text[:20]!r}")
    since_midnight = timedelta(
        hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3]) + float(match[4] or 0)
    )
    if day is not None:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + since_midnight
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    near = (today + timedelta(days=n) + since_midnight for n in (-1, 0, 1))
    return min(near, key=lambda one: abs(one - now))
