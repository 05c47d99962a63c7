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

from fleet.tracking import actions, queries
from fleet.tracking.fix import KEPT, Fix, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import vet_late
from kit.db import Connection, Database
from kit.errors import Refusal, Unavailable
from kit.log import log

PENDING_LIMIT = 100_000


@dataclass
class Batch:
    """What became of a batch; ``durable`` is done when all that was kept is safe."""

    verdicts: list[Verdict]
    durable: "asyncio.Future[None]"


@dataclass(frozen=True)
class _Doubted:
    """A fix that was not of the shift known here; the database decides."""

    fix: Fix
    batch: Batch
    index: int


@dataclass
class _Pending:
    fixes: list[Fix] = field(default_factory=list)
    doubted: list[_Doubted] = field(default_factory=list)
    refused: Counter[tuple[int, date, str]] = field(default_factory=Counter)
    waiting: list["asyncio.Future[None]"] = field(default_factory=list)


class Ingest:
    """One per process. ``on_shift`` tells whether a fix is of its unit's present shift.

    It may not know yet, or not any more: what it denies is asked of the database at the next
    flush, where a shift's own times decide.
    """

    def __init__(
        self,
        db: Database,
        positions: Positions,
        on_shift: Callable[[Fix], bool],
        count: Callable[[str, int], None],
    ) -> None:
        self.db = db
        self.positions = positions
        self.on_shift = on_shift
        self.count = count
        self._pending = _Pending()

    def put(self, fixes: Sequence[Fix]) -> Batch:
        """Judge a batch; its verdicts are final when it is durable.

        Raises Unavailable when too much waits for the database already.
        """
        pending = self._pending
        held = max(len(pending.fixes) + len(pending.doubted), len(pending.waiting))
        if held + len(fixes) > PENDING_LIMIT:
            raise Unavailable("too many positions wait for the database; keep them and try later")
        batch = Batch([], asyncio.get_running_loop().create_future())
        for fix in fixes:
            batch.verdicts.append(self._judge(fix, batch))
        pending.waiting.append(batch.durable)
        return batch

    def _judge(self, fix: Fix, batch: Batch) -> Verdict:
        if not self.on_shift(fix):
            self._pending.doubted.append(_Doubted(fix, batch, len(batch.verdicts)))
            return Verdict.OFF_SHIFT
        return self._take(fix, self.positions.put(fix), self._pending)

    def _take(self, fix: Fix, verdict: Verdict, pending: _Pending) -> Verdict:
        self.count(verdict, 1)
        if verdict in KEPT:
            pending.fixes.append(fix)
        else:
            pending.refused[fix.unit_id, _day(fix.received_at), verdict] += 1
        return verdict

    def refuse(self, unit_id: int, at: datetime, verdict: Verdict, n: int) -> None:
        """Count ``n`` fixes that are not kept."""
        if n:
            self.count(verdict, n)
            self._pending.refused[unit_id, _day(at), verdict] += n

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
        if not (taken.fixes or taken.doubted or taken.refused):
            return
        async with self.db.read() as conn, conn.transaction():
            await self._settle(conn, taken)
            if taken.fixes:
                await actions.keep(conn, taken.fixes)
            await actions.count_refusals(conn, taken.refused)

    async def _settle(self, conn: Connection, taken: _Pending) -> None:
        """Judge the doubted fixes by the shifts that the database knows."""
        doubted = taken.doubted
        if not doubted:
            return
        shifts = await queries.shifts_of(conn, [one.fix for one in doubted])
        taken.doubted = []
        for one, live in zip(doubted, shifts, strict=True):
            verdict = self._late(one.fix, live)
            one.batch.verdicts[one.index] = self._take(one.fix, verdict, taken)

    def _late(self, fix: Fix, live: bool | None) -> Verdict:
        if live is None:
            return Verdict.OFF_SHIFT
        return self.positions.put(fix) if live else vet_late(fix, self.positions.rules)

    def _put_back(self, taken: _Pending) -> None:
        newer = self._pending
        self._pending = _Pending(
            taken.fixes + newer.fixes,
            taken.doubted + newer.doubted,
            taken.refused + newer.refused,
            taken.waiting + newer.waiting,
        )


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
