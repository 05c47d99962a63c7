"""Writes of removals: recorded, reported to the prosecutor, or corrected."""

from datetime import date, datetime
from typing import Any

from dispatch.incidents import actions as incidents
from dispatch.removals import events, queries
from dispatch.removals.removal import REMOVAL, RemovalAct, RemovalStatus
from kit.db import Connection
from kit.errors import invalid


async def remove(
    conn: Connection,
    incident_id: int,
    *,
    reason: str,
    removed_at: datetime | None,
    now: datetime,
    day: date,
    by: str,
) -> int:
    """Record that a child was removed: the clock runs; return the removal's id.

    Raises IllegalTransition when the incident is closed, Invalid, Conflict ``no_rule``.
    """
    removed_at = removed_at or now
    if removed_at > now:
        raise invalid("removed_at", "in the future")
    await incidents.lock_to_record(conn, incident_id)
    due_at = await queries.due_at(conn, removed_at, day)
    cursor = await conn.execute(
        """INSERT INTO removal (incident_id, reason, removed_at, due_at, recorded_at, recorded_by)
           VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
        (incident_id, reason, removed_at, due_at, now, by),
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await events.record(conn, "child_removed", incident_id, row["id"], at=now, by=by, reason=reason)
    return int(row["id"])


async def report(
    conn: Connection,
    removal_id: int,
    *,
    report_no: str,
    reporter_name: str | None,
    reported_at: datetime | None,
    now: datetime,
    by: str,
) -> None:
    """Keep that the prosecutor was told: the clock ends. Raises IllegalTransition, Invalid."""
    row = await queries.lock(conn, removal_id)
    status = _after(row, RemovalAct.REPORT)
    reported_at = reported_at or now
    if not row["removed_at"] <= reported_at <= now:
        raise invalid("reported_at", "before the removal or in the future")
    await conn.execute(
        """UPDATE removal SET status = %s, reported_at = %s, ended_at = %s, ended_by = %s
           WHERE id = %s""",
        (status.value, reported_at, now, by, removal_id),
    )
    await conn.execute(
        "INSERT INTO removal_private (removal_id, report_no, reporter_name) VALUES (%s, %s, %s)",
        (removal_id, report_no, reporter_name),
    )
    await events.record(conn, "removal_reported", row["incident_id"], removal_id, at=now, by=by)


async def correct(conn: Connection, removal_id: int, *, reason: str, now: datetime, by: str) -> int:
    """Say that it was no removal, and why; the record stays. Return the incident's id.

    Raises IllegalTransition.
    """
    row = await queries.lock(conn, removal_id)
    status = _after(row, RemovalAct.CORRECT)
    await conn.execute(
        """UPDATE removal SET status = %s, correct_reason = %s, ended_at = %s, ended_by = %s
           WHERE id = %s""",
        (status.value, reason, now, by, removal_id),
    )
    await events.record(
        conn, "removal_corrected", row["incident_id"], removal_id, at=now, by=by, reason=reason
    )
    return int(row["incident_id"])


def _after(row: dict[str, Any], act: RemovalAct) -> RemovalStatus:
    return REMOVAL.after(RemovalStatus(row["status"]), act)


async def read_private(
    conn: Connection, removal_id: int, *, by: str, role: str, now: datetime
) -> dict[str, Any]:
    """Return the report's number and who made it, and write down who read it. Raises NotFound."""
    found = await queries.private(conn, removal_id)
    incident_id = await queries.incident_of(conn, removal_id)
    part = f"removal/{removal_id}"
    await incidents.audit(conn, incident_id, by=by, role=role, now=now, part=part)
    return found
