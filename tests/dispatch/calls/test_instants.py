"""Whatever is done to calls and in whatever order: it rings, is answered, opens, ends."""

import asyncio
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.calls import actions
from dispatch.calls.call import Relevance
from dispatch.incidents.actions import Opening
from kit.db import Connection, Database
from kit.errors import Refusal
from tests.support.scene import ARAK, ARAK_COUNTY, DESK, NOW

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "ring", "answer", "end", "classify", "open", "walk_in"]),
        st.integers(-20, 20),
    ),
    max_size=12,
)
OUT_OF_ORDER = """
SELECT c.id FROM call c LEFT JOIN incident i ON i.id = c.incident_id
 WHERE c.rang_at > c.answered_at OR c.answered_at > c.ended_at OR c.rang_at > c.ended_at
    OR c.answered_at > i.opened_at OR i.rang_at > i.answered_at OR i.answered_at > i.opened_at
"""


def opening() -> Opening:
    known = {"county": ARAK_COUNTY, "owner_county": ARAK_COUNTY, "group": "other"}
    return Opening(place=ARAK, priority=2, needs=[], owner=DESK, **known)


async def act(conn: Connection, name: str, call_id: int, at: datetime) -> int:
    """Do it to the call, or begin another; return the id of the newest call."""
    match name:
        case "begin":
            return await actions.begin(
                conn, "123", caller_name=None, caller_phone=None, now=at, by=DESK
            )
        case "ring":
            row = {"status": "ringing", "channel": "123", "received_at": at, "rang_at": at}
            return await actions.store(conn, row, None, None)
        case "answer":
            await actions.answer(conn, call_id, now=at, by=DESK)
        case "end":
            await actions.end(conn, call_id, now=at, by=DESK)
        case "classify":
            await actions.classify(conn, call_id, Relevance.NUISANCE, None, now=at, by=DESK)
        case _:
            from_call = call_id if name == "open" else None
            await actions.open_incident(conn, opening(), from_call, None, at)
    return call_id


async def play(db: Database, acts: list[tuple[str, int]]) -> None:
    call_id, at = 0, NOW
    async with db.read() as conn, conn.transaction(force_rollback=True):
        for name, seconds in acts:
            at += timedelta(seconds=seconds)
            try:
                async with conn.transaction():
                    call_id = await act(conn, name, call_id, at)
            except Refusal:
                continue
        assert await (await conn.execute(OUT_OF_ORDER)).fetchall() == []


def test_a1_t0_is_before_t1_before_t2_whatever_the_clock_does(dsn: str) -> None:
    """Also when the server's clock is set back between two acts."""
    with asyncio.Runner() as runner:
        db = Database(dsn, size=2)
        runner.run(db.open())
        try:

            @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
            @given(ACTS)
            def any_order(acts: list[tuple[str, int]]) -> None:
                runner.run(play(db, acts))

            any_order()
        finally:
            runner.run(db.close())


@pytest.mark.parametrize(
    "wrong",
    [
        "status = 'answered', rang_at = now(), answered_at = now() - interval '1 s'",
        "status = 'ended', answered_at = now(), ended_at = now() - interval '1 s'",
        "status = 'abandoned', rang_at = now(), ended_at = now() - interval '1 s'",
        "status = 'answered'",
        "status = 'ringing', answered_at = now()",
        "outcome = 'incident_opened'",
        "outcome = 'passed_on'",
        "relevance = 'maybe'",
    ],
)
async def test_the_database_refuses_what_must_never_be(seeded_conn: Connection, wrong: str) -> None:
    row = {"status": "ringing", "channel": "123", "received_at": NOW}
    call_id = await actions.store(seeded_conn, row, None, None)
    with pytest.raises(psycopg.errors.CheckViolation):
        await seeded_conn.execute(f"UPDATE call SET {wrong} WHERE id = %s", (call_id,))


async def test_a1_a_clock_that_was_set_back_keeps_nobody_from_opening_and_ending(
    seeded_conn: Connection,
) -> None:
    call_id = await actions.begin(
        seeded_conn, "123", caller_name=None, caller_phone=None, now=NOW, by=DESK
    )
    earlier = NOW - timedelta(seconds=30)
    incident_id = await actions.open_incident(seeded_conn, opening(), call_id, None, earlier)
    await actions.end(seeded_conn, call_id, now=earlier, by=DESK)
    cursor = await seeded_conn.execute(
        """SELECT i.answered_at, i.opened_at, c.ended_at FROM call c
           JOIN incident i ON i.id = c.incident_id WHERE i.id = %s""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    assert row is not None
    assert set(row.values()) == {NOW}
