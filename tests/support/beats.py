"""What the clockwork does for one kind of alarm at each of its beats."""

from datetime import datetime

from dispatch.watches.actions import end_over, tell_due
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from tests.support.scene import DAY


async def beat(conn: Connection, kind: AlarmKind, at: datetime) -> None:
    """Take back what stands no more, then tell all that is due."""
    while await end_over(conn, kind, at, DAY):
        pass
    while await tell_due(conn, kind, at, DAY):
        pass
