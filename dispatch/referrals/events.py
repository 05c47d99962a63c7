"""Facts about referrals, in the stream of their incident."""

from datetime import datetime

from dispatch.incidents.events import stream
from dispatch.referrals.queries import REFERRAL_BY_ID
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    referral_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Append the fact ``kind`` with the referral's new state."""
    views, params = {"referral": REFERRAL_BY_ID}, {"referral_id": referral_id}
    entry = journal.Entry(kind, stream(incident_id), at, by, views, params, {"reason": reason})
    await journal.append(conn, entry)
