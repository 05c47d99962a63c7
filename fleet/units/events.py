"""Facts about a unit by itself, outside any incident."""

from datetime import datetime

from fleet.units.queries import UNIT_BY_ID
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection, kind: str, unit_id: int, *, at: datetime, by: str, reason: str | None = None
) -> None:
    """Append the fact ``kind`` with the unit's new state."""
    await journal.append(
        conn,
        journal.Entry(
            kind,
            f"unit/{unit_id}",
            at,
            by,
            {"unit": UNIT_BY_ID},
            {"unit_id": unit_id},
            {"reason": reason},
        ),
    )
