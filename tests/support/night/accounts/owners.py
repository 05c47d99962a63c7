"""Owners: each open incident had exactly one at every instant, and two saw what needs two."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby, pairwise

from realtime.board import Board
from tests.support.night.night import Outcome
from tests.support.night.record import Owned

LAST = "SELECT id, owner, closed_at IS NULL FROM incident"
GONE = """SELECT incident_id, raised_at FROM alarm
    WHERE kind = 'owner_gone' AND reason = 'owner_gone'"""
ALONE = """SELECT id FROM transfer t WHERE NOT EXISTS (SELECT FROM approval a
    WHERE a.incident_id = t.incident_id AND a.act = 'transfer' AND a.value = t.to_desk
      AND t.sent_at IN (a.decided_at, a.alone_at)
      AND (a.alone_at IS NOT NULL OR a.decided_by <> a.asked_by))"""


async def each_open_incident_had_one(night: Outcome) -> list[str]:
    """Compare the owner at every instant with the script's record; that person must be there."""
    rows = await night.server.sql(LAST)
    last = {id_: owned[-1] for id_, owned in night.record.owners.items()}
    faults = [
        f"incident {id_}: in the end {found}, the script: {last.get(id_)}"
        for id_, *found in rows
        if id_ not in last or found != [last[id_].name, last[id_].is_open]
    ]
    told = {(id_, at) for id_, at in await night.server.sql(GONE)}
    return faults + list(_by_the_facts(night)) + list(_nobody_there(night, told))


def _by_the_facts(night: Outcome) -> Iterator[str]:
    """Find an instant after which a console saw another owner than the script knew, or none."""
    board = Board()
    board.load(night.first)
    for at, facts in groupby(night.facts, lambda fact: fact.at):
        changed = set()
        for fact in facts:
            board.apply(fact)
            changed |= {fact.incident.id} if fact.incident else set()
        for id_ in changed:
            incident = board.incidents.get(id_)
            found, known = incident.owner if incident else None, _owner(night, id_, at)
            if found != known:
                yield f"incident {id_} at {at}: owned by {found}, the script: {known}"


def _owner(night: Outcome, incident_id: int, at: datetime) -> str | None:
    owned = [one for one in night.record.owners.get(incident_id, []) if one.at <= at]
    return owned[-1].name if owned and owned[-1].is_open else None


def _nobody_there(night: Outcome, told: set[tuple[int, datetime]]) -> Iterator[str]:
    """Find open incidents whose owner was not at the desk, and of which no alarm told."""
    end = Owned(night.plan.ends_at, "", is_open=False)
    for id_, owned in night.record.owners.items():
        for one, then in pairwise([*owned, end]):
            came_at, went_at = night.record.there[one.name]
            if one.is_open and one.at < then.at and (went_at or then.at) < then.at:
                shut_at = night.record.shut.get(one.name)
                if shut_at is None or (id_, max(shut_at, one.at)) not in told:
                    yield f"incident {id_}: {one.name} went at {went_at}, owner until {then.at}"
            if one.is_open and one.at < came_at:
                yield f"incident {id_}: {one.name} owned it before {came_at}"


async def two_saw_what_needs_two(night: Outcome) -> list[str]:
    """Compare how each request ended with the script; nothing was sent without one."""
    rows = await night.server.sql("SELECT id, status, expires_at FROM approval")
    record, faults = night.record, []
    for id_, status, expires_at in rows:
        undecided = "expired" if expires_at <= night.plan.ends_at else "pending"
        if status != (record.approvals.get(id_) or undecided):
            faults.append(f"request {id_} is {status}, the script: {record.approvals.get(id_)}")
    lost = {id_ for id_, *_ in rows} ^ record.approvals.keys()
    faults += [f"request {id_} is lost" for id_ in lost]
    sent = await night.server.sql(ALONE)
    return faults + [f"transfer {id_} was sent without a second person" for (id_,) in sent]
