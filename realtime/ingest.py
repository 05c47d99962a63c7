"""Ingest: fixes in, judged at once, shown at the next tick, durable within a second, then acked.

No statement per fix: one transaction a second writes all that came. A crash loses only what was
not yet acknowledged, and that the sender still has.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import psycopg

from fleet.tracking import actions
from fleet.tracking.fix import KEPT, Fix, Verdict
from fleet.tracking.positions import Positions
from kit.db import Database
from kit.errors import Refusal, Unavailable
from kit.log import log

PENDING_LIMIT = 100_000


@dataclass
class Batch:
    """What became of a batch; ``durable`` is done when all that was kept is safe."""

    verdicts: list[Verdict]
    durable: "asyncio.Future[None]"


@dataclass
class _Pending:
    fixes: list[Fix] = field(default_factory=list)
    refused: Counter[tuple[int, date, str]] = field(default_factory=Counter)
    waiting: list["asyncio.Future[None]"] = field(default_factory=list)


class Ingest:
    """One per process. ``on_shift`` tells whether a unit may be tracked now."""

    def __init__(
        self,
        db: Database,
        positions: Positions,
        on_shift: Callable[[int], bool],
        count: Callable[[str, int], None],
    ) -> None:
        self.db = db
        self.positions = positions
        self.on_shift = on_shift
        self.count = count
        self._pending = _Pending()

    def put(self, fixes: Sequence[Fix]) -> Batch:
        """Judge a batch. Raises Unavailable when too much waits for the database already."""
        held = max(len(self._pending.fixes) + len(fixes), len(self._pending.waiting))
        if held > PENDING_LIMIT:
            raise Unavailable("too many positions wait for the database; keep them and try later")
        verdicts = [self._judge(fix) for fix in fixes]
        durable = asyncio.get_running_loop().create_future()
        self._pending.waiting.append(durable)
        return Batch(verdicts, durable)

    def _judge(self, fix: Fix) -> Verdict:
        on_shift = self.on_shift(fix.unit_id)
        verdict = self.positions.put(fix) if on_shift else Verdict.OFF_SHIFT
        if verdict in KEPT:
            self.count(verdict, 1)
            self._pending.fixes.append(fix)
        else:
            self.refuse(fix.unit_id, fix.received_at, verdict, 1)
        return verdict

    def refuse(self, unit_id: int, at: datetime, verdict: Verdict, n: int) -> None:
        """Count ``n`` fixes that are not kept."""
        if n:
            self.count(verdict, n)
            self._pending.refused[unit_id, at.astimezone(UTC).date(), verdict] += n

    async def run(self, every_s: float) -> None:
        """Flush for ever; what the database does not take now stays and is tried again."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.flush()
            except (psycopg.Error, Refusal) as error:
                log.error("positions wait for the database", error=str(error))

    async def flush(self) -> None:
        """Make everything that came durable, in one transaction, and say so."""
        taken, self._pending = self._pending, _Pending()
        if not taken.waiting:
            return
        try:
            await self._write(taken)
        except BaseException:
            self._put_back(taken)
            raise
        for durable in taken.waiting:
            if not durable.done():
                durable.set_result(None)

    async def _write(self, taken: _Pending) -> None:
        if not taken.fixes and not taken.refused:
            return
        async with self.db.read() as conn, conn.transaction():
            if taken.fixes:
                await actions.keep(conn, taken.fixes)
            await actions.count_refusals(conn, taken.refused)

    def _put_back(self, taken: _Pending) -> None:
        newer = self._pending
        self._pending = _Pending(
            taken.fixes + newer.fixes,
            taken.refused + newer.refused,
            taken.waiting + newer.waiting,
        )
