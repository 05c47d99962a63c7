"""What each source of a unit last did: when it was heard, and what became of its last report."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from fleet.tracking.fix import DROPPED, KEPT, Fix, SignOfLife, Unreadable, Verdict


class SourceState(msgspec.Struct, gc=False):
    """One source of a unit. What is None is not news: what was known before stays."""

    unit_id: int
    source: int
    heard_at: datetime
    form: str
    fixed_at: datetime | None = None
    verdict: str | None = None
    refused_at: datetime | None = None
    refused: str | None = None
    fault: str | None = None
    battery_pct: float | None = None
    charging: bool | None = None
    moving: bool | None = None


def states_of(
    judged: Iterable[tuple[Fix | Unreadable, Verdict]], signs: Iterable[SignOfLife]
) -> list[SourceState]:
    """Fold what was heard, in the order in which it came, into one state for each source.

    They are sorted by unit and source. What is dropped leaves no trace.
    """
    states: dict[tuple[int, int], SourceState] = {}
    for report, verdict in judged:
        if verdict is Verdict.GOOD or verdict not in DROPPED:
            _report(_state(states, report, report.received_at), report, verdict)
    for sign in signs:
        _sign(_state(states, sign, sign.heard_at), sign)
    return [states[key] for key in sorted(states)]


def _state(
    states: dict[tuple[int, int], SourceState],
    told: Fix | Unreadable | SignOfLife,
    heard_at: datetime,
) -> SourceState:
    key = told.unit_id, told.source
    state = states.get(key)
    if state is None:
        state = states[key] = SourceState(told.unit_id, told.source, heard_at, told.form)
    elif heard_at > state.heard_at:
        state.heard_at = heard_at
        state.form = told.form
    return state


def _report(state: SourceState, report: Fix | Unreadable, verdict: Verdict) -> None:
    if verdict is not Verdict.GOOD and verdict not in KEPT:
        state.refused_at, state.refused = report.received_at, verdict.value
        state.fault = report.fault
    state.verdict = verdict.value
    if isinstance(report, Fix):
        state.fixed_at = report.fixed_at
        state.battery_pct = report.battery_pct


def _sign(state: SourceState, sign: SignOfLife) -> None:
    for name in ("battery_pct", "charging", "moving"):
        value = getattr(sign, name)
        if value is not None:
            setattr(state, name, value)


def plain(state: SourceState) -> SourceState:
    """Return a state without the words and numbers of the device."""
    return SourceState(
        state.unit_id, state.source, state.heard_at, state.form, verdict=state.verdict
    )
