"""Ingest: reports in, judged at once, shown at the next tick, durable within a second, then acked.

No statement per fix: one transaction a second writes all that came. A crash loses only what was
not yet acknowledged, and that the sender still has.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Protocol

import psycopg

from fleet.quarantine import actions as quarantine
from fleet.tracking import actions, queries
from fleet.tracking.alarm import Alarms
from fleet.tracking.fix import Fix, SignOfLife, Unreadable, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import vet_late
from fleet.units import events
from kit.db import Connection, Database
from kit.errors import Refusal, Unavailable
from kit.log import log
from realtime.pending import Batch, Doubted, Pending, Report

PENDING_LIMIT = 200_000
"""Reports and batches together."""


class Shifts(Protocol):
    """What the board knows of shifts; it may not know yet, or not any more."""

    def on_shift(self, unit_id: int) -> bool:
        """Tell whether a crew is signed on now."""

    def on_shift_at(self, unit_id: int, at: datetime) -> bool:
        """Tell whether the present crew was signed on at an instant."""


class Meter(Protocol):
    """What is counted of the work."""

    def count_fixes(self, verdicts: Mapping[Verdict, int]) -> None:
        """Count judged reports, by verdict."""

    def flushed(self, fixes: Iterable[Fix], seconds: float) -> None:
        """Note that fixes became durable, and how long that took."""


class Ingest:
    """One per process. What ``shifts`` denies is asked of the database at the next flush."""

    def __init__(
        self,
        db: Database,
        positions: Positions,
        shifts: Shifts,
        meter: Meter,
    ) -> None:
        self.db = db
        self.positions = positions
        self.shifts = shifts
        self.meter = meter
        self._alarms = Alarms()
        self._pending = Pending()

    def put(
        self,
        reports: Sequence[Report],
        on_durable: Callable[[Batch], None] | None = None,
        seq: int = 0,
    ) -> Batch:
        """Judge a batch; its verdicts are final when it is durable.

        Raises Unavailable when too much waits for the database already.
        """
        pending = self._pending
        if pending.held + len(reports) > PENDING_LIMIT:
            raise Unavailable("too many positions wait for the database; keep them and try later")
        batch = Batch(reports, on_durable, seq)
        for report in reports:
            batch.verdicts.append(self._judge(report, batch))
        pending.batches.append(batch)
        pending.reports += len(reports)
        return batch

    def _judge(self, report: Report, batch: Batch) -> Verdict:
        if not self.shifts.on_shift_at(*_when(report)):
            self._pending.doubted.append(Doubted(batch, len(batch.verdicts)))
            return Verdict.OFF_SHIFT
        verdict = self.positions.put(report) if isinstance(report, Fix) else Verdict.MALFORMED
        self._pending.take(report, verdict)
        return verdict

    def heard(self, sign: SignOfLife) -> "asyncio.Future[None]":
        """Take a sign of life; what is returned is done when it is durable.

        Off shift nothing of it is kept, except that somebody called for help.
        """
        batch = Batch(())
        self._pending.batches.append(batch)
        if self._alarms.is_new(sign):
            self._pending.alarms.append(sign)
        if self.shifts.on_shift(sign.unit_id):
            self.positions.heard(sign)
            self._pending.signs.append(sign)
        return batch.durable

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
        taken, self._pending = self._pending, Pending()
        if not taken.batches:
            return
        began_s = time.monotonic()
        try:
            await self._write(taken)
        except BaseException:
            self._pending = taken.followed_by(self._pending)
            raise
        self.meter.count_fixes(taken.counts)
        self.meter.flushed(chain(taken.fixes, taken.spare), time.monotonic() - began_s)
        for batch in taken.batches:
            batch.settle()

    async def _write(self, taken: Pending) -> None:
        taken.withdrawn += self.positions.take_withdrawn()
        async with self.db.read() as conn, conn.transaction():
            await self._settle(conn, taken)
            await actions.keep(conn, taken.fixes, taken.spare)
            await actions.move(conn, self._newest(taken.fixes))
            await quarantine.put(conn, taken.quarantined)
            gone = await quarantine.withdraw(conn, taken.withdrawn)
            await actions.keep_states(conn, taken.states())
            await actions.count_refusals(conn, taken.refused)
            for sign in taken.alarms:
                await _alarm(conn, sign)
        taken.counts.update(gone)
        if taken.alarms:
            self.db.committed()

    def _newest(self, fixes: Sequence[Fix]) -> list[Fix]:
        """Return the newest good position of each unit that reported."""
        newest = self.positions.newest
        units = sorted({fix.unit_id for fix in fixes})
        return [newest[unit] for unit in units if unit in newest]

    async def _settle(self, conn: Connection, taken: Pending) -> None:
        """Judge the doubted reports by the shifts that the database knows."""
        doubted, taken.doubted = taken.doubted, []
        if not doubted:
            return
        try:
            shifts = await queries.shifts_of(conn, [_when(one.report) for one in doubted])
        except BaseException:
            taken.doubted = doubted
            raise
        for one, live in zip(doubted, shifts, strict=True):
            verdict = self._late(one.report, live)
            taken.take(one.report, verdict)
            one.batch.verdicts[one.index] = verdict

    def _late(self, report: Report, live: bool | None) -> Verdict:
        if live is None:
            return Verdict.OFF_SHIFT
        if isinstance(report, Unreadable):
            return Verdict.MALFORMED
        return self.positions.put(report) if live else vet_late(report, self.positions.rules)


async def _alarm(conn: Connection, sign: SignOfLife) -> None:
    by = f"device/{sign.source}"
    await events.record(
        conn, "unit_alarmed", sign.unit_id, at=sign.heard_at, by=by, reason=sign.alarm
    )


def _when(report: Report) -> tuple[int, datetime]:
    """Return the unit and the instant that its shift is looked up by."""
    at = report.fixed_at if isinstance(report, Fix) else report.received_at
    return report.unit_id, at
