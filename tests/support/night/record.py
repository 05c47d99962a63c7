"""What the script did, written down by itself: the accounting compares the product with it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from geo.position import Position
from tests.support.night.demand import Caller

EXPECTED = frozenset(
    {
        "no_unit",
        "unit_taken",
        "illegal_transition",
        "incident_has_open_offer",
        "changed",
        "may_not_divert",
        "assignment_ended",
        "already_asked",
        "already_reported",
        "both_served",
        "merge_the_other_way",
        "reopen_first",
        "needs_backup",
        "no_check_in",
        "closing_lacks",
        "not_on_scene",
    }
)
"""Refusals that a desk and its crews meet when two things cross; any other ends the night."""


@dataclass(frozen=True)
class Act:
    """Something that a person did at an instant; ``refused`` is the refusal's code."""

    at: datetime
    by: str
    word: str
    refused: str | None


@dataclass(frozen=True)
class Owned:
    """Who owned an incident from an instant on, and whether it was open."""

    at: datetime
    name: str
    is_open: bool = True


@dataclass
class Record:
    """All that the script knows of its own doing.

    ``owners``: who owned each incident, in order; ``there``: when each dispatcher came and went;
    ``shut``: whose account was shut, and when; ``approvals``: how each was decided, if it was.
    """

    acts: list[Act] = field(default_factory=list)
    callers: dict[int, Caller] = field(default_factory=dict)
    outcomes: dict[int, str | None] = field(default_factory=dict)
    abandoned: set[int] = field(default_factory=set)
    places: dict[int, Position] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    joined: dict[int, int] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    owners: dict[int, list[Owned]] = field(default_factory=dict)
    there: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    shut: dict[str, datetime] = field(default_factory=dict)
    approvals: dict[int, str | None] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    def done(self, at: datetime, by: str, word: str) -> None:
        """Write down an act."""
        self.acts.append(Act(at, by, word, None))

    def refused(self, at: datetime, by: str, word: str, code: str) -> None:
        """Write down an act that was refused; one that no crossing explains ends the night."""
        assert code in EXPECTED, (at, by, word, code)
        self.acts.append(Act(at, by, word, code))

    def own(self, at: datetime, incident_id: int, name: str) -> None:
        """Write down who owns an incident from now on."""
        self.owners.setdefault(incident_id, []).append(Owned(at, name))

    def owned_by(self, name: str) -> list[int]:
        """Return the open incidents that somebody owns now."""
        last = {id_: owned[-1] for id_, owned in self.owners.items()}
        return [id_ for id_, one in last.items() if one.is_open and one.name == name]

    def close(self, at: datetime, incident_id: int, disposition: str) -> None:
        """Write down how an incident ended."""
        self.closed[incident_id] = disposition
        self._turn(at, incident_id, is_open=False)

    def merge(self, at: datetime, incident_id: int, into: int) -> None:
        """Write down that an incident was found to be a duplicate."""
        self.merged[incident_id] = into
        self._turn(at, incident_id, is_open=False)

    def reopened(self, at: datetime, incident_id: int) -> None:
        """Write down that an incident goes on with the owner that it had."""
        del self.closed[incident_id]
        self._turn(at, incident_id, is_open=True)

    def _turn(self, at: datetime, incident_id: int, *, is_open: bool) -> None:
        owned = self.owners[incident_id]
        owned.append(Owned(at, owned[-1].name, is_open))

    def words(self) -> Counter[str]:
        """Return how often each thing was done."""
        return Counter(act.word for act in self.acts if act.refused is None)

    def refusals(self) -> Counter[str]:
        """Return how often each refusal was met."""
        return Counter(act.refused for act in self.acts if act.refused is not None)
