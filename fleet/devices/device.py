"""A device: which client it runs, how often it should report, and a short memory of tokens."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

REMEMBERED_FOR = timedelta(seconds=3)
REMEMBERED = 10_000


class Client(StrEnum):
    """What a device runs; it tells which address it is given, and decides nothing else."""

    TRACCAR = "traccar"
    OWNTRACKS = "owntracks"
    GPSLOGGER = "gpslogger"
    OSMAND = "osmand"
    NMEA = "nmea"
    GPX = "gpx"
    SOCKET = "socket"


class Device(NamedTuple):
    """A device that reports for a unit."""

    id: int
    unit_id: int
    may_act: bool
    interval_s: int


class Memory:
    """The devices of the tokens that came of late, so that a fix costs no query.

    A token that was revoked by another process is honoured for three seconds more at the longest;
    this process forgets at once. Unknown tokens are not remembered.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Device, datetime]] = {}

    def find(self, token_hash: bytes, now: datetime) -> Device | None:
        """Return the device of a token that is remembered."""
        device, until = self._known.get(token_hash, (None, now))
        return device if now < until else None

    def keep(
        self, token_hash: bytes, device: Device, until: datetime | None, now: datetime
    ) -> None:
        """Remember a device, never beyond the instant ``until`` at which its token ends."""
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        end = now + REMEMBERED_FOR
        self._known[token_hash] = (device, min(end, until) if until else end)

    def forget(self) -> None:
        """Forget all, since a token was changed."""
        self._known.clear()
