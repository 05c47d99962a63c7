"""Facts about where a unit is."""

from datetime import datetime

from fleet.tracking.queries import POSITION_BY_ID
from fleet.units.queries import UNIT_BY_ID
from kit import journal
from kit.db import Connection


async def placed(conn: Connection, unit_id: int, *, at: datetime, by: str, reason: str) -> None:
    """Append that a person set a unit's place by hand."""
    await journal.append(
        conn,
        journal.Entry(
            "unit_placed",
            f"unit/{unit_id}",
            at,
            by,
            {"unit": UNIT_BY_ID, "position": POSITION_BY_ID},
            {"unit_id": unit_id},
            {"reason": reason},
        ),
    )
