"""Ingest: reports in, judged at once, shown at the next tick, durable within a second, then acked.

No statement per fix: one transaction a second writes all that came. A crash loses only what was
not yet acknowledged, and that the sender still has. What the database can never take does not keep
the rest waiting: the parts are written apart, and that report goes to the quarantine.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Protocol

import msgspec
import psycopg

from fleet.tracking import actions, queries
from fleet.tracking.alarm import Alarms
from fleet.tracking.fix import QUARANTINED, Fix, SignOfLife, Unreadable, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import in_time
from fleet.tracks.actions import ensure_partitions
from kit.db import Connection, Database
from kit.errors import Refusal, Unavailable
from kit.log import log
from realtime import writes
from realtime.apart import REFUSED, Apart, Put, Refused, at_once, said
from realtime.pending import Batch, Doubted, Pending, Report

PENDING_LIMIT = 200_000
"""Reports and batches together."""

APART_A_DAY = 5_000
"""So many reports of one device go to the quarantine in a day; its disk has an end."""

HURRY_FROM = 10_000
"""So many reports do not wait for the next beat."""

SEARCHED_AT_ONCE = 500
"""In more reports than these one that is refused is not looked for in a single transaction."""

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
        self._unwritable: dict[int, tuple[int, datetime]] = {}
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

    def quiet(self, unit_id: int, source: int) -> None:
        """Note that a device told its place and no alarm."""
        self._alarms.quiet(unit_id, source)

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
            except (psycopg.Error, Refusal, *REFUSED) as error:
                log.error("positions wait for the database", error=str(error))

    async def flush(self) -> None:
        """Make everything that came durable, in one transaction, and say so.

        What the database refuses is looked for in ever smaller parts, each a transaction by itself.
        """
        taken, self._pending = self._pending, Pending()
        if not taken.batches:
            return
        taken.withdrawn += self.positions.take_withdrawn()
        parts = [taken]
        while parts:
            try:
                parts = await self._flush(parts[0]) + parts[1:]
            except BaseException:
                for part in reversed(parts):
                    self._pending = part.followed_by(self._pending)
                raise

    async def _flush(self, taken: Pending) -> list[Pending]:
        """Make a part durable; return what is to be tried instead when it is refused and big."""
        began_s = time.monotonic()
        try:
            await self._write(taken)
        except REFUSED as error:
            log.error("the database refuses the data", reports=taken.reports, error=said(error))
            if taken.reports > SEARCHED_AT_ONCE and len(taken.batches) > 1:
                return taken.halves()
            await self._write(taken, apart=True)
        self.meter.count_fixes(taken.counts)
        self.meter.flushed(chain(taken.fixes, taken.spare), time.monotonic() - began_s)
        for batch in taken.batches:
            batch.settle()
        return []

    async def _write(self, taken: Pending, *, apart: bool = False) -> None:
        async with self.db.read() as conn, conn.transaction():
            put: Put = Apart(conn) if apart else at_once
            await self._settle(conn, put, taken)
            if apart:  # Here once, where no savepoint takes them back again and again.
                await put(partial(ensure_partitions, conn), taken.days())
            await self._keep(conn, put, taken)
            lost = await writes.put_aside(conn, put, taken.quarantined)
            self._judge_again(taken, lost, Verdict.LOST)
            gone = await writes.withdraw(conn, put, taken.withdrawn)
            await writes.keep_states(conn, put, taken.states())
            await writes.count_refusals(conn, put, taken.refused)
            await writes.call_for_help(conn, put, taken.alarms)
        taken.counts.update(gone)
        if taken.alarms:
            self.db.committed()

    async def _settle(self, conn: Connection, put: Put, taken: Pending) -> None:
        """Judge the doubted reports by the shifts that the database knows."""
        if not taken.doubted:
            return
        for one, _ in await put(partial(self._ask, conn, taken), taken.doubted):
            one.batch.verdicts[one.index] = self._take(taken, one.report, Verdict.LOST)
        taken.doubted = []

    async def _ask(self, conn: Connection, taken: Pending, doubted: Sequence[Doubted]) -> None:
        shifts = await queries.shifts_of(conn, [_when(one.report) for one in doubted])
        for one, live in zip(doubted, shifts, strict=True):
            verdict = self._take(taken, one.report, self._late(one.report, live))
            one.batch.verdicts[one.index] = verdict
        settled = {id(one) for one in doubted}
        taken.doubted = [one for one in taken.doubted if id(one) not in settled]

    async def _keep(self, conn: Connection, put: Put, taken: Pending) -> None:
        """Write history and newest places; what cannot stand there is quarantined instead."""
        refused = await put(partial(actions.keep, conn), taken.fixes)
        refused += await put(partial(actions.keep, conn, ()), taken.spare)
        for fix, _ in refused:
            self._unwritable[fix.unit_id] = _instant(fix)
        self._judge_again(taken, refused, Verdict.UNWRITABLE)
        await put(partial(actions.move, conn), self._newest(taken))

    def _newest(self, taken: Pending) -> list[Fix]:
        """Return the newest good position of each unit that reported."""
        newest = self.positions.newest
        units = sorted({fix.unit_id for fix in taken.fixes})
        found = [self._writable(newest[unit], taken) for unit in units if unit in newest]
        return [fix for fix in found if fix]

    def _writable(self, newest: Fix, taken: Pending) -> Fix | None:
        """Return a newest position, or when the database refuses it the one before."""
        refused = self._unwritable.get(newest.unit_id)
        if refused is None or refused != _instant(newest):
            return newest
        before = taken.good_of(newest.unit_id)
        return before and in_time(before)

    def _judge_again(
        self, taken: Pending, refused: Sequence[Refused[Report]], verdict: Verdict
    ) -> None:
        """Let a verdict stand for what was written down under another and is refused."""
        if not refused:
            return
        units = sorted({report.unit_id for report, _ in refused})
        log.error(
            "the database refuses reports", verdict=verdict, reports=len(refused), units=units
        )
        faults = {id(report): fault for report, fault in refused}
        for batch, index in taken.take_back(faults.keys()):
            report = batch.reports[index]
            report = msgspec.structs.replace(report, fault=faults[id(report)])
            batch.replace(index, report, self._take(taken, report, verdict))

    def _late(self, report: Report, live: bool | None) -> Verdict:
        if live is None:
            return Verdict.OFF_SHIFT
        if isinstance(report, Unreadable):
            return Verdict.MALFORMED
        if live:
            return self.positions.put(report)
        return self.positions.put_late(report)


def _instant(fix: Fix) -> tuple[int, datetime]:
    """Return what tells a fix from the others of its unit, also when its clock was set right."""
    return fix.source, in_time(fix).fixed_at


def _when(report: Report) -> tuple[int, datetime]:
    """Return the unit and the instant that its shift is looked up by."""
    at = report.fixed_at if isinstance(report, Fix) else report.received_at
    return report.unit_id, at
