"""Facts about cautions: that one was set or cleared, and by whom; neither which nor where."""

from datetime import datetime

from kit import journal
from kit.db import Connection


async def record(conn: Connection, kind: str, caution_id: int, *, at: datetime, by: str) -> None:
    """Append the fact ``kind``. A code beside an incident would tell every desk of a person."""
    await journal.append(conn, journal.Entry(kind, f"caution/{caution_id}", at, by, {}))
