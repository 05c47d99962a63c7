"""Reads of the live board. The day is the desk's own: from midnight to midnight where it is."""

from datetime import date, datetime
from typing import Any

from dispatch.figures.figure import Targets, figures
from dispatch.figures.view import LiveBoardView, UnitsView, WaitingView
from fleet.units.queries import county_of
from geo import queries as ground
from kit.db import Connection

_CALLED = "coalesce(i.rang_at, i.answered_at, i.opened_at)"


def within(column: str) -> str:
    """Return the SQL that an instant is on the desk's day, up to now."""
    return f"""({column} >= %(day)s::date::timestamp AT TIME ZONE %(zone)s
      AND {column} < (%(day)s::date + 1)::timestamp AT TIME ZONE %(zone)s
      AND {column} <= %(now)s)"""


def _seconds(start: str, end: str) -> str:
    return f"extract(epoch FROM {end} - {start})::float8"


# Each gives what began on the day: how many seconds it took, NULL when it has not ended.
SPANS = {
    "ring_to_answer": f"""SELECT {_seconds("c.rang_at", "c.answered_at")} AS s FROM call c
        WHERE {within("c.rang_at")} AND c.status <> 'abandoned'""",
    "call_to_offer": f"""SELECT {_seconds(_CALLED, "f.at")} AS s
        FROM incident i CROSS JOIN LATERAL (SELECT least(
            (SELECT min(made_at) FROM offer WHERE incident_id = i.id),
            (SELECT min(dispatched_at) FROM assignment WHERE incident_id = i.id)) AS at) f
        WHERE {within("i.opened_at")} AND i.merged_into IS NULL
          AND (f.at IS NOT NULL OR i.closed_at IS NULL)""",
    "offer_to_accept": f"""SELECT CASE WHEN o.status = 'accepted'
          THEN {_seconds("o.made_at", "o.answered_at")} END AS s
        FROM offer o WHERE {within("o.made_at")} AND o.status IN ('open', 'accepted')""",
    "call_to_scene": f"""SELECT {_seconds(_CALLED, "f.at")} AS s
        FROM incident i CROSS JOIN LATERAL (
          SELECT min(on_scene_at) AS at FROM assignment WHERE incident_id = i.id) f
        WHERE {within("i.opened_at")} AND i.merged_into IS NULL
          AND (f.at IS NOT NULL OR i.closed_at IS NULL)""",
}

_QUEUE = f"""SELECT i.priority, count(*) FILTER (WHERE i.status = 'waiting') AS waiting,
    count(*) FILTER (WHERE i.status = 'held') AS held,
    array_agg({_CALLED} ORDER BY {_CALLED}) AS since
    FROM incident i WHERE i.closed_at IS NULL AND i.status IN ('waiting', 'held')
    GROUP BY i.priority ORDER BY i.priority"""
_UNITS = f"""SELECT county, jsonb_object_agg(status, n) AS by_status FROM (
      SELECT {county_of("u")} AS county,
        u.status, count(*) AS n FROM unit u GROUP BY 1, 2) counted
    GROUP BY county ORDER BY county"""
_OUTCOMES = f"""SELECT coalesce(outcome, 'none') AS key, count(*) AS n FROM call
    WHERE {within("received_at")} GROUP BY 1 ORDER BY 1"""
_DISPOSITIONS = f"""SELECT disposition AS key, count(*) AS n FROM incident
    WHERE disposition IS NOT NULL AND {within("closed_at")} GROUP BY 1 ORDER BY 1"""


async def live_board(conn: Connection, now: datetime, day: date, zone: str) -> LiveBoardView:
    """Return the board as of ``now``; within ``Database.snapshot`` it is one instant's."""
    given = {"now": now, "day": day, "zone": zone}
    targets = await ground.rules_as(conn, day, Targets)
    spans = {
        name: [row["s"] for row in await _rows(conn, sql, given)] for name, sql in SPANS.items()
    }
    return LiveBoardView(
        now,
        day,
        [WaitingView(**row) for row in await _rows(conn, _QUEUE, {})],
        [UnitsView(**row) for row in await _rows(conn, _UNITS, {})],
        figures(spans, targets),
        await _counted(conn, _OUTCOMES, given),
        await _counted(conn, _DISPOSITIONS, given),
    )


async def _rows(conn: Connection, sql: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    return await (await conn.execute(sql, given)).fetchall()


async def _counted(conn: Connection, sql: str, given: dict[str, Any]) -> dict[str, int]:
    return {row["key"]: row["n"] for row in await _rows(conn, sql, given)}
