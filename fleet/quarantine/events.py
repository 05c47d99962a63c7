"""Facts about the quarantine."""

from datetime import datetime

from fleet.tracking.queries import POSITION_BY_ID
from fleet.units.queries import UNIT_BY_ID
from kit import journal
from kit.db import Connection


async def released(
    conn: Connection, unit_id: int, *, at: datetime, by: str, reason: str, moved: bool
) -> None:
    """Append that a person released a fix; with the unit's position when that moved it."""
    views = {"unit": UNIT_BY_ID} | ({"position": POSITION_BY_ID} if moved else {})
    await journal.append(
        conn,
        journal.Entry(
            "fix_released",
            f"unit/{unit_id}",
            at,
            by,
            views,
            {"unit_id": unit_id},
            {"reason": reason},
        ),
    )
