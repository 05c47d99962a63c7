"""What came since the last flush, and who waits to hear that it is durable."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import chain

from fleet.tracking.fix import DROPPED, KEPT, QUARANTINED, Fix, SignOfLife, Unreadable, Verdict
from fleet.tracking.states import SourceState, states_of
from fleet.tracking.trail import Withdrawn

Report = Fix | Unreadable


class Batch:
    """Reports that came together and the verdict on each, final when the batch is durable.

    ``on_durable`` is called then, with the batch; ``seq`` is its number on the socket it came by.
    """

    __slots__ = ("_future", "is_durable", "on_durable", "reports", "seq", "verdicts")

    def __init__(
        self,
        reports: Sequence[Report],
        on_durable: "Callable[[Batch], None] | None" = None,
        seq: int = 0,
    ) -> None:
        self.reports = reports
        self.verdicts: list[Verdict] = []
        self.on_durable = on_durable
        self.seq = seq
        self.is_durable = False
        self._future: asyncio.Future[None] | None = None

    @property
    def durable(self) -> "asyncio.Future[None]":
        """Return a future that is done when the batch is durable."""
        if self._future is None:
            self._future = asyncio.get_running_loop().create_future()
            if self.is_durable:
                self._future.set_result(None)
        return self._future

    def replace(self, index: int, report: Report, verdict: Verdict) -> None:
        """Let another report stand for one; the sender's own list stays as it is."""
        self.reports = [*self.reports[:index], report, *self.reports[index + 1 :]]
        self.verdicts[index] = verdict

    def settle(self) -> None:
        """Tell that the batch is durable."""
        self.is_durable = True
        if self._future and not self._future.done():
            self._future.set_result(None)
        if self.on_durable:
            self.on_durable(self)


@dataclass(frozen=True)
class Doubted:
    """A report that was not of the shift known here; the database decides."""

    batch: Batch
    index: int

    @property
    def report(self) -> Report:
        """Return what is doubted."""
        return self.batch.reports[self.index]


@dataclass
class Pending:
    """What one flush writes."""

    batches: list[Batch] = field(default_factory=list)
    reports: int = 0
    fixes: list[Fix] = field(default_factory=list)
    spare: list[Fix] = field(default_factory=list)
    quarantined: list[tuple[Report, Verdict]] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)
    doubted: list[Doubted] = field(default_factory=list)
    signs: list[SignOfLife] = field(default_factory=list)
    alarms: list[SignOfLife] = field(default_factory=list)
    counts: Counter[Verdict] = field(default_factory=Counter)
    refused: Counter[tuple[int, date, Verdict]] = field(default_factory=Counter)

    @property
    def held(self) -> int:
        """Return how much waits, empty batches and heartbeats too."""
        return self.reports + len(self.batches)

    def take(self, report: Report, verdict: Verdict) -> None:
        """Put a judged report where it belongs. Only a Fix can be kept."""
        self.counts[verdict] += 1
        if verdict in KEPT:
            assert isinstance(report, Fix)  # noqa: S101 - what could not be read is never kept
            (self.spare if verdict is Verdict.SPARE else self.fixes).append(report)
            return
        self.refused[_refusal(report, verdict)] += 1
        if verdict in QUARANTINED:
            self.quarantined.append((report, verdict))

    def halves(self) -> list["Pending"]:
        """Return the earlier half of the batches, and the later one."""
        middle = len(self.batches) // 2
        first, second = self._only(self.batches[:middle]), self._only(self.batches[middle:])
        first.signs, first.alarms = self.signs, self.alarms
        second.withdrawn = self.withdrawn
        return [first, second]

    def _only(self, batches: list[Batch]) -> "Pending":
        part = Pending(batches, sum(len(batch.reports) for batch in batches))
        known = {id(batch) for batch in batches}
        part.doubted = [one for one in self.doubted if id(one.batch) in known]
        unknown = {(id(one.batch), one.index) for one in part.doubted}
        for batch in batches:
            for index, report in enumerate(batch.reports):
                if (id(batch), index) not in unknown:
                    part.take(report, batch.verdicts[index])
        return part

    def take_back(self, wanted: Collection[int]) -> list[tuple[Batch, int]]:
        """Undo ``take`` of the reports with these ``id``s; return where they stand, in order."""
        if not wanted:
            return []
        self.fixes = [fix for fix in self.fixes if id(fix) not in wanted]
        self.spare = [fix for fix in self.spare if id(fix) not in wanted]
        self.quarantined = [one for one in self.quarantined if id(one[0]) not in wanted]
        places = [
            (batch, index)
            for batch in self.batches
            for index, report in enumerate(batch.reports)
            if id(report) in wanted and batch.verdicts[index] not in DROPPED
        ]
        for batch, index in places:
            report, verdict = batch.reports[index], batch.verdicts[index]
            self.counts[verdict] -= 1
            if verdict not in KEPT:
                self.refused[_refusal(report, verdict)] -= 1
        return places

    def good_of(self, unit_id: int) -> Fix | None:
        """Return the last fix of a unit that was good."""
        found = [
            report
            for report, verdict in self._judged()
            if verdict is Verdict.GOOD and report.unit_id == unit_id
        ]
        return found[-1] if found and isinstance(found[-1], Fix) else None

    def days(self) -> list[date]:
        """Return the days (UTC) of what goes to history."""
        return sorted({fix.fixed_at.date() for fix in chain(self.fixes, self.spare)})

    def states(self) -> list[SourceState]:
        """Return what each source that was heard last did."""
        return states_of(self._judged(), self.signs)

    def _judged(self) -> Iterator[tuple[Report, Verdict]]:
        """Return each report with its verdict, in the order in which they came."""
        reports = chain.from_iterable([batch.reports for batch in self.batches])
        return zip(reports, chain.from_iterable([b.verdicts for b in self.batches]), strict=True)

    def followed_by(self, newer: "Pending") -> "Pending":
        """Return both as one, this first."""
        return Pending(
            self.batches + newer.batches,
            self.reports + newer.reports,
            self.fixes + newer.fixes,
            self.spare + newer.spare,
            self.quarantined + newer.quarantined,
            self.withdrawn + newer.withdrawn,
            self.doubted + newer.doubted,
            self.signs + newer.signs,
            self.alarms + newer.alarms,
            self.counts + newer.counts,
            self.refused + newer.refused,
        )


def _refusal(report: Report, verdict: Verdict) -> tuple[int, date, Verdict]:
    return report.unit_id, report.received_at.astimezone(UTC).date(), verdict
