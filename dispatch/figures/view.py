"""The live board as a supervisor sees it; counts and seconds, never a person or a place."""

from datetime import date, datetime

import msgspec


class WaitingView(msgspec.Struct, frozen=True):
    """What waits in one priority; ``since`` is when each first called, the oldest first."""

    priority: int
    waiting: int
    held: int
    since: list[datetime]


class UnitsView(msgspec.Struct, frozen=True):
    """How many units of a county stand in each status; null: their centre is in no county."""

    county: str | None
    by_status: dict[str, int]


class FigureView(msgspec.Struct, frozen=True):
    """How long something took today, in seconds: the median and the 90th percentile of ``n``.

    ``still_open`` counts what has begun and not ended: it is in no percentile yet. ``few``: there
    are too few to lean on. ``target_s`` is what the 90th percentile should stay under, null when
    nobody has said.
    """

    name: str
    n: int
    still_open: int
    p50_s: float | None
    p90_s: float | None
    target_s: float | None
    few: bool


class LiveBoardView(msgspec.Struct, frozen=True):
    """The desk at the instant ``at``, and its ``day`` so far."""

    at: datetime
    day: date
    queue: list[WaitingView]
    units: list[UnitsView]
    figures: list[FigureView]
    calls_by_outcome: dict[str, int]
    closed_by_disposition: dict[str, int]
