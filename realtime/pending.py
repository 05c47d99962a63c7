"""What came since the last flush, and who waits to hear that it is durable."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from itertools import chain

from fleet.tracking.fix import KEPT, QUARANTINED, Fix, SignOfLife, Unreadable, Verdict
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
        day = report.received_at.astimezone(UTC).date()
        self.refused[report.unit_id, day, verdict] += 1
        if verdict in QUARANTINED:
            self.quarantined.append((report, verdict))

    def states(self) -> list[SourceState]:
        """Return what each source that was heard last did."""
        good = ((fix, Verdict.GOOD) for fix in chain(self.fixes, self.spare))
        return states_of(chain(good, self.quarantined), self.signs)

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
