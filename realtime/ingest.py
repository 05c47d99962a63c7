"""Ingest: reports in, judged at once, shown at the next tick, durable within a second, then acked.

No statement per fix: one transaction a second writes all that came. A crash loses only what was
not yet acknowledged, and that the sender still has.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Protocol

import psycopg

from fleet.quarantine import actions as quarantine
from fleet.tracking import actions, queries
from fleet.tracking.alarm import Alarms
from fleet.tracking.fix import QUARANTINED, Fix, SignOfLife, Unreadable, Verdict
from fleet.tracking.positions import Positions
from fleet.units import events
from kit.db import Connection, Database
from kit.errors import Refusal, Unavailable
from kit.log import log
from realtime.pending import Batch, Doubted, Pending, Report

PENDING_LIMIT = 200_000
"""Reports and batches together."""

APART_A_DAY = 5_000
"""So many reports of one device go to the quarantine in a day; its disk has an end."""

HURRY_FROM = 10_000
"""So many reports do not wait for the next beat."""

HURRY_S = 0.1
"""The shortest time between two flushes."""


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
        self._hurried = asyncio.Event()
        self._apart: Counter[tuple[int, int]] = Counter()
        self._apart_on: date | None = None
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
        if pending.reports > HURRY_FROM:
            self._hurried.set()
        return batch

    def _judge(self, report: Report, batch: Batch) -> Verdict:
        if not self.shifts.on_shift_at(*_when(report)):
            self._pending.doubted.append(Doubted(batch, len(batch.verdicts)))
            return Verdict.OFF_SHIFT
        verdict = self.positions.put(report) if isinstance(report, Fix) else Verdict.MALFORMED
        return self._take(self._pending, report, verdict)

    def _take(self, pending: Pending, report: Report, verdict: Verdict) -> Verdict:
        """Put a judged report where it belongs, unless its device's quarantine is full today."""
        if verdict in QUARANTINED:
            if report.received_at.date() != self._apart_on:
                self._apart_on = report.received_at.date()
                self._apart.clear()
            self._apart[report.unit_id, report.source] += 1
            if self._apart[report.unit_id, report.source] > APART_A_DAY:
                verdict = Verdict.OVERFLOW
        pending.take(report, verdict)
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

    def hurry(self) -> None:
        """Flush soon: a client that sends one by one waits for each answer."""
        self._hurried.set()

    async def run(self, every_s: float) -> None:
        """Flush for ever; what the database does not take now stays and is tried again."""
        while True:
            await asyncio.sleep(min(every_s, HURRY_S))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, every_s - HURRY_S)):
                    await self._hurried.wait()
            self._hurried.clear()
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
            verdict = self._take(taken, one.report, self._late(one.report, live))
            one.batch.verdicts[one.index] = verdict

    def _late(self, report: Report, live: bool | None) -> Verdict:
        if live is None:
            return Verdict.OFF_SHIFT
        if isinstance(report, Unreadable):
            return Verdict.MALFORMED
        if live:
            return self.positions.put(report)
        return self.positions.put_late(report)


async def _alarm(conn: Connection, sign: SignOfLife) -> None:
    by = f"device/{sign.source}"
    await events.record(
        conn, "unit_alarmed", sign.unit_id, at=sign.heard_at, by=by, reason=sign.alarm
    )


def _when(report: Report) -> tuple[int, datetime]:
    """Return the unit and the instant that its shift is looked up by."""
    at = report.fixed_at if isinstance(report, Fix) else report.received_at
    return report.unit_id, at
