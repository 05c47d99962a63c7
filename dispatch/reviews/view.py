"""A sample of closed incidents as a reviewer sees it: codes and lags, never a person or a place."""

from datetime import date, datetime

import msgspec


class ReviewView(msgspec.Struct, frozen=True):
    """What a reviewer found: for each question (``review_item``) a mark (``review_mark``)."""

    id: int
    incident_id: int
    seed: str
    reviewer: str
    reviewed_at: datetime
    closed_at: datetime
    marks: dict[str, str]


class DrawnView(msgspec.Struct, frozen=True):
    """An incident of the sample, its ticket, and how late its records were written."""

    incident_id: int
    ticket: str
    priority: int
    county: str
    group: str
    disposition: str
    closed_at: datetime
    lags_s: dict[str, float | None]
    reviews: list[ReviewView]


class LagView(msgspec.Struct, frozen=True):
    """How late one kind of record was written, in seconds, over all that was closed.

    ``missing`` counts records that are not there, or that say nothing of when it happened.
    """

    name: str
    n: int
    missing: int
    p50_s: float | None
    p90_s: float | None


class SampleView(msgspec.Struct, frozen=True):
    """``drawn`` of the ``population`` closed on the days ``first`` to ``last``, with this seed."""

    seed: str
    first: date
    last: date
    by: str
    population: int
    drawn: list[DrawnView]
    timeliness: list[LagView]
