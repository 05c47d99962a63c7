"""Reads of referrals."""

from typing import Any, NamedTuple

from kit.db import Connection
from kit.errors import NotFound


def referral_view(r: str) -> str:
    """Return the SQL that makes a ReferralView of the referral row under alias ``r``."""
    steps = ", ".join(
        f"'{step}_at', {r}.{step}_at, '{step}_by', {r}.{step}_by"
        for step in ("sent", "acknowledged", "answered", "closed")
    )
    return f"""json_build_object(
        'id', {r}.id, 'incident_id', {r}.incident_id, 'status', {r}.status,
        'status_at', {r}.status_at, 'agency', {r}.agency, 'reason', {r}.reason,
        'owner', {r}.owner, {steps})"""


REFERRAL_BY_ID = f"(SELECT {referral_view('r')} FROM referral r WHERE r.id = %(referral_id)s)"


class Which(NamedTuple):
    """Which referrals are asked for; None is any."""

    incident_id: int | None
    closed: bool | None
    owner: str | None
    limit: int


async def referrals(conn: Connection, which: Which) -> str:
    """Return ReferralViews as a JSON array, oldest first."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({referral_view("r")} ORDER BY r.id), '[]')::text AS views
            FROM (SELECT * FROM referral
              WHERE (%(incident_id)s::bigint IS NULL OR incident_id = %(incident_id)s)
                AND (%(closed)s::bool IS NULL OR (closed_at IS NOT NULL) = %(closed)s)
                AND (%(owner)s::text IS NULL OR owner = %(owner)s)
              ORDER BY id DESC LIMIT %(limit)s) r""",
        which._asdict(),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def referral(conn: Connection, referral_id: int) -> str:
    """Return one ReferralView as JSON. Raises NotFound."""
    return str((await _row(conn, f"{referral_view('r')}::text AS view", referral_id))["view"])


async def lock(conn: Connection, referral_id: int) -> dict[str, Any]:
    """Return a referral's row, locked after its incident. Raises NotFound."""
    incident_id = (await _row(conn, "r.incident_id", referral_id))["incident_id"]
    await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
    return await _row(conn, "r.*", referral_id, "FOR UPDATE")


async def _row(conn: Connection, columns: str, referral_id: int, lock: str = "") -> dict[str, Any]:
    cursor = await conn.execute(
        f"SELECT {columns} FROM referral r WHERE r.id = %s {lock}", (referral_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no referral {referral_id}")
    return row
