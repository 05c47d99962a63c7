"""Alarms: those that must have been, reckoned from the facts and the rules, against those that are.

What stands too long is walked through fact by fact in plain Python (``standing``); the product
finds it by SQL over its tables at each beat. Both must have found the same, at the same instants.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.support.night.night import Outcome
from tests.support.night.standing import Eye, Rules, What

INSTANT = timedelta(microseconds=1)
FROM_WATCHES = "(occasion IS NOT NULL)"
"""Alarms about what stands; the others are calls for help."""


class Spell(NamedTuple):
    """Something stood too long from ``begun_at`` on, until ``ended_at``; None: it still does."""

    what: What
    begun_at: datetime
    ended_at: datetime | None


def spells(night: Outcome) -> Iterator[Spell]:
    """Walk through the night and return everything that stood too long."""
    eye = Eye(Rules.of_the_seed(), night.record.shut)
    begun = dict[What, datetime]()
    eye.board.load(night.first)
    untils = [*(fact.at for fact in night.facts[1:]), night.plan.ends_at + INSTANT]
    for fact, until in zip(night.facts, untils, strict=True):
        eye.see(fact)
        if until == fact.at:
            continue
        standing = eye.standing()
        yield from (Spell(one, at, fact.at) for one, at in begun.items() if one not in standing)
        due = {one: max(at, fact.at) for one, at in standing.items() if at < until}
        begun = due | {one: at for one, at in begun.items() if one in standing}
    yield from (Spell(one, at, None) for one, at in begun.items())


Key = tuple[str, int | None, int | None, str, datetime]


def _key(spell: Spell) -> Key:
    what = spell.what
    return (what.kind, what.incident_id, what.unit_id, what.reason, spell.begun_at)


async def none_missed_none_doubled(night: Outcome) -> list[str]:
    """Compare the alarms that must have been with those that were, at the same instants."""
    rows = await night.server.sql(
        f"""SELECT kind, incident_id, unit_id, reason, raised_at FROM alarm
            WHERE {FROM_WATCHES} AND times = 1"""
    )
    expected, found = Counter(_key(one) for one in spells(night)), Counter(map(tuple, rows))
    faults = [f"missed: {_said(key)}" for key in (expected - found).elements()]
    faults += [f"too many: {_said(key)}" for key in (found - expected).elements()]
    more = await night.server.sql(f"SELECT id FROM alarm WHERE {FROM_WATCHES} AND times <> 1")
    return faults + [f"told again: alarm {id_}" for (id_,) in more]


def _said(key: Key) -> str:
    kind, incident_id, unit_id, reason, at = key
    return f"{kind} {reason}, incident {incident_id}, unit {unit_id}, at {at}"


async def each_ended_in_time(night: Outcome) -> list[str]:
    """Compare when each alarm ended with when what it told of did; a person may be quicker."""
    rows = await night.server.sql(
        f"""SELECT kind, incident_id, unit_id, reason, raised_at, acknowledged_at, acknowledged_by
            FROM alarm WHERE {FROM_WATCHES}"""
    )
    ended = {_key(one): one.ended_at for one in spells(night)}
    faults = []
    for *about, at, by in rows:
        kind, incident_id, unit_id, reason, raised_at = about
        key = (kind, incident_id, unit_id, reason, raised_at)
        over_at = ended.get(key)
        if not _in_time(at, by, over_at):
            faults.append(f"{_said(key)}: over at {over_at}, ended at {at} by {by}")
    return faults


def _in_time(at: datetime | None, by: str | None, over_at: datetime | None) -> bool:
    if by == "system":
        return at == over_at
    return over_at is None if at is None else over_at is None or at <= over_at


async def every_call_for_help(night: Outcome) -> list[str]:
    """Compare how often crews called for help with how often that was told."""
    rows = await night.server.sql(
        f"SELECT coalesce(sum(times), 0)::int FROM alarm WHERE kind = 'sos' AND NOT {FROM_WATCHES}"
    )
    called = night.record.words()["sos"]
    return [] if rows[0][0] == called else [f"{called} calls for help, {rows[0][0]} alarms"]
