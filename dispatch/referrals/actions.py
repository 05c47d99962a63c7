"""Writes of referrals: sent, and each step after that."""

from datetime import datetime

from dispatch.incidents import queries as incidents
from dispatch.referrals import events, queries
from dispatch.referrals.referral import FACTS, REFERRAL, ReferralAct, ReferralStatus
from kit.db import Connection

_STAMPS = {
    ReferralAct.TAKE: "owner = %(by)s",
    ReferralAct.ACKNOWLEDGE: "acknowledged_at = %(now)s, acknowledged_by = %(by)s",
    ReferralAct.ACCEPT: "answered_at = %(now)s, answered_by = %(by)s",
    ReferralAct.REFUSE: "answered_at = %(now)s, answered_by = %(by)s",
    ReferralAct.WITHDRAW: "closed_at = %(now)s, closed_by = %(by)s",
    ReferralAct.CLOSE: "closed_at = %(now)s, closed_by = %(by)s",
}


async def send(
    conn: Connection,
    incident_id: int,
    *,
    agency: str,
    reason: str,
    owner: str | None,
    now: datetime,
    by: str,
) -> int:
    """Keep that an incident was referred, also one that is closed; return the referral's id.

    Without an ``owner`` somebody must take it. Raises NotFound.
    """
    await incidents.lock(conn, incident_id)
    cursor = await conn.execute(
        """INSERT INTO referral (incident_id, status_at, agency, reason, owner, sent_at, sent_by)
           VALUES (%(incident_id)s, %(now)s, %(agency)s, %(reason)s, %(owner)s, %(now)s, %(by)s)
           RETURNING id""",
        {
            "incident_id": incident_id,
            "agency": agency,
            "reason": reason,
            "owner": owner,
            "now": now,
            "by": by,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await events.record(conn, "referral_sent", incident_id, row["id"], at=now, by=by, reason=reason)
    return int(row["id"])


async def act(
    conn: Connection,
    referral_id: int,
    what: ReferralAct,
    *,
    reason: str | None,
    now: datetime,
    by: str,
) -> int:
    """Do a step of a referral; return the incident's id. Raises IllegalTransition, NotFound."""
    row = await queries.lock(conn, referral_id)
    before = ReferralStatus(row["status"])
    after = REFERRAL.after(before, what)
    moved = "" if after is before else "status_at = %(now)s, reason = %(reason)s,"
    await conn.execute(
        f"""UPDATE referral SET status = %(status)s, {moved} {_STAMPS[what]}
            WHERE id = %(id)s""",
        {"status": after.value, "now": now, "by": by, "reason": reason, "id": referral_id},
    )
    await events.record(
        conn, FACTS[what], row["incident_id"], referral_id, at=now, by=by, reason=reason
    )
    return int(row["incident_id"])
