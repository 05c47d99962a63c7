"""The whole journal as facts, and what must hold after every single one of them."""

import msgspec

from dispatch.timeline import fact_json
from fleet.alarms.alarm import AlarmView
from kit.db import Connection
from kit.journal import Row
from realtime.board import Board
from realtime.facts import Fact

BUSY = {"dispatched", "en_route", "on_scene", "transporting", "at_destination"}
_DECODE = msgspec.json.Decoder(Fact).decode


async def all_facts(conn: Connection) -> list[Fact]:
    """Return every fact, in the order in which rows changed."""
    cursor = await conn.execute(
        """SELECT xid::text::bigint AS xid, id, at, kind, stream, by_name AS by,
             body::text AS body FROM journal ORDER BY id"""
    )
    rows = [Row(**row) for row in await cursor.fetchall()]
    return [_DECODE(fact_json(row, f'"seq":{n}')) for n, row in enumerate(rows, 1)]


def replayed(facts: list[Fact], board: Board) -> Board:
    """Return the board after all facts, having looked at it after each."""
    for fact in facts:
        board.apply(fact)
        check(board, fact)
    return board


def check(board: Board, fact: Fact) -> None:
    """Assert what must hold of each thing that the fact changed."""
    if fact.unit:
        _check_unit(board, fact.unit.id)
    if fact.incident:
        _check_incident(board, fact.incident.id, fact.incident.status)
    if fact.alarm:
        _check_alarm(board, fact.alarm)


def _check_unit(board: Board, unit_id: int) -> None:
    jobs = [a.id for a in board.assignments.values() if a.unit_id == unit_id]
    offers = [o.id for o in board.offers.values() if o.unit_id == unit_id]
    status = board.units[unit_id].status
    assert len(jobs) == (status in BUSY), (status, jobs)
    assert len(offers) == (status == "offered"), (status, offers)


def _check_alarm(board: Board, alarm: AlarmView) -> None:
    subjects = [
        (one.kind, one.unit_id, one.incident_id, one.reason) for one in board.alarms.values()
    ]
    assert len(set(subjects)) == len(subjects), subjects
    assert (alarm.id in board.alarms) is alarm.is_open


def _check_incident(board: Board, incident_id: int, status: str) -> None:
    jobs = [a.id for a in board.assignments.values() if a.incident_id == incident_id]
    offers = [o.id for o in board.offers.values() if o.incident_id == incident_id]
    assert bool(jobs) is (status == "responding"), (status, jobs)
    assert len(offers) <= (status in {"waiting", "responding"}), (status, offers)
