"""Reads of reviews: which incidents were closed, how late their records are, what was found."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from dispatch.assignments.assignment import Milestone
from dispatch.reviews.sample import draw, ticket
from dispatch.reviews.view import DrawnView, LagView, ReviewView, SampleView
from kit.db import Connection
from kit.errors import NotFound
from kit.spread import percentile

STRATA = {"none": "''", "priority": "i.priority::text", "county": "i.owner_county_code"}
"""What a sample may be divided by: the SQL of an incident's stratum."""

MILESTONES = tuple(milestone.value for milestone in Milestone)


def _lag(start: str, end: str) -> str:
    return f"extract(epoch FROM {end} - {start})::float8"


_STEPS = " UNION ALL ".join(
    f"SELECT {_lag(f'a.{one}_device_at', f'a.{one}_at')}" for one in MILESTONES
)
LAGS = {
    "milestones": f"""(SELECT max(step.s) FROM assignment a
        CROSS JOIN LATERAL ({_STEPS}) AS step (s) WHERE a.incident_id = i.id)""",
    "scene_report": f"""(SELECT max({_lag("a.cleared_at", "v.kept_at")}) FROM assignment a
        JOIN LATERAL (SELECT min(kept_at) AS kept_at FROM scene_version
          WHERE assignment_id = a.id AND act = 'submit') v ON true
        WHERE a.incident_id = i.id AND a.cleared_at IS NOT NULL)""",
    "closing": f"""(SELECT {_lag("max(a.cleared_at)", "i.closed_at")} FROM assignment a
        WHERE a.incident_id = i.id)""",
}
"""How long after the event each kind of record was written, in seconds: the SQL for incident ``i``.

``milestones``: the server's stamp after the device's, the latest of all steps. ``scene_report``:
first submitted after the unit was cleared. ``closing``: closed after the last unit was cleared.
"""

_CLOSED = f"""SELECT i.id, {{stratum}} AS stratum, i.priority, i.owner_county_code AS county,
    i.group_code AS "group", i.disposition, i.closed_at,
    {", ".join(f"{sql} AS {name}" for name, sql in LAGS.items())}
  FROM incident i WHERE i.closed_at IS NOT NULL AND i.merged_into IS NULL
    AND i.closed_at >= %(first)s::date::timestamp AT TIME ZONE %(zone)s
    AND i.closed_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s"""

_REVIEW = """json_build_object('id', r.id, 'incident_id', r.incident_id, 'seed', r.seed,
    'reviewer', r.reviewer, 'reviewed_at', r.reviewed_at, 'closed_at', r.closed_at,
    'marks', r.marks)"""


async def sample(
    conn: Connection, seed: str, first: date, last: date, *, size: int, by: str, zone: str
) -> SampleView:
    """Return the sample of what was closed on these days, with the timeliness of all of it."""
    statement = _CLOSED.format(stratum=STRATA[by])
    cursor = await conn.execute(statement, {"first": first, "last": last, "zone": zone})
    closed = {row["id"]: row for row in await cursor.fetchall()}
    chosen = draw(seed, {id_: row["stratum"] for id_, row in closed.items()}, size)
    reviews = await _reviews(conn, chosen)
    drawn = [_drawn(seed, closed[id_], reviews) for id_ in chosen]
    lags = [_timeliness(name, [row[name] for row in closed.values()]) for name in LAGS]
    return SampleView(seed, first, last, by, len(closed), drawn, lags)


def _drawn(seed: str, row: dict[str, Any], reviews: Sequence[ReviewView]) -> DrawnView:
    return DrawnView(
        row["id"],
        ticket(seed, row["id"]),
        row["priority"],
        row["county"],
        row["group"],
        row["disposition"],
        row["closed_at"],
        {name: row[name] for name in LAGS},
        [review for review in reviews if review.incident_id == row["id"]],
    )


def _timeliness(name: str, lags_s: Sequence[float | None]) -> LagView:
    known = [lag for lag in lags_s if lag is not None]
    return LagView(
        name,
        len(known),
        len(lags_s) - len(known),
        percentile(known, 0.5),
        percentile(known, 0.9),
    )


async def _reviews(conn: Connection, incident_ids: Sequence[int]) -> list[ReviewView]:
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({_REVIEW} ORDER BY r.id), '[]')::text AS views FROM review r
            WHERE incident_id = ANY(%s)""",
        (list(incident_ids),),
    )
    row = await cursor.fetchone()
    return msgspec.json.decode(row["views"], type=list[ReviewView]) if row else []


async def review(conn: Connection, review_id: int) -> str:
    """Return one ReviewView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {_REVIEW}::text AS view FROM review r WHERE id = %s", (review_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no review {review_id}")
    return str(row["view"])


async def note(conn: Connection, review_id: int) -> str | None:
    """Return what a reviewer wrote, None when nothing. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT n.text FROM review r LEFT JOIN review_note n ON n.review_id = r.id
           WHERE r.id = %s""",
        (review_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no review {review_id}")
    text: str | None = row["text"]
    return text
