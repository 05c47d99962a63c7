"""The live board against SQL over the facts of the journal, on random days."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dispatch.assignments import actions as assignments
from dispatch.assignments.assignment import Milestone
from dispatch.assignments.offer import OfferAct
from dispatch.calls import actions as calls
from dispatch.calls.call import GATE, Relevance
from dispatch.exchange import actions as exchange
from dispatch.exchange.schemas import ExchangeEvent
from dispatch.figures import queries
from dispatch.figures.view import FigureView, LiveBoardView
from dispatch.incidents import actions as incidents
from dispatch.milestones import actions as milestones
from kit.db import Connection
from tests.support.scene import DESK, Scene
from tests.support.servers import Running

ZONE = "Asia/Tehran"
DAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=12)
NOW = MIDNIGHT + timedelta(hours=23)
UNITS = ("ARK-1", "ARK-2", "ARK-3", "SVH-1", "SVH-2", "KHM-1")

# What the facts say, each by a statement of its own; the instants are those within the facts.
FACTS = {
    "ring_to_answer": """
        SELECT (c ->> 'answered_at')::timestamptz - (c ->> 'rang_at')::timestamptz AS span
        FROM (SELECT DISTINCT ON (body -> 'call' ->> 'id') body -> 'call' AS c FROM journal
              WHERE body::jsonb ? 'call' ORDER BY body -> 'call' ->> 'id', id DESC) last
        WHERE c ->> 'status' <> 'abandoned' AND (c ->> 'rang_at')::timestamptz BETWEEN %s AND %s""",
    "call_to_offer": """
        SELECT min(f.at) - o.called AS span FROM opened o LEFT JOIN journal f ON f.stream = o.stream
          AND f.kind IN ('offer_made', 'unit_assigned')
        WHERE o.at BETWEEN %s AND %s GROUP BY o.stream, o.called, o.closed
        HAVING min(f.at) IS NOT NULL OR NOT o.closed""",
    "offer_to_accept": """
        SELECT y.at - m.at AS span FROM journal m LEFT JOIN journal y ON y.kind LIKE 'offer_%%'
          AND y.kind NOT IN ('offer_made', 'offer_delivered', 'offer_seen', 'offer_messaged')
          AND y.body -> 'offer' ->> 'id' = m.body -> 'offer' ->> 'id'
        WHERE m.kind = 'offer_made' AND m.at BETWEEN %s AND %s
          AND (y.id IS NULL OR y.kind = 'offer_accepted')""",
    "call_to_scene": """
        SELECT min(f.at) - o.called AS span FROM opened o LEFT JOIN journal f ON f.stream = o.stream
          AND f.kind = 'milestone_reached' AND f.body ->> 'milestone' = 'on_scene'
        WHERE o.at BETWEEN %s AND %s GROUP BY o.stream, o.called, o.closed
        HAVING min(f.at) IS NOT NULL OR NOT o.closed""",
}
OPENED = """WITH opened AS (
    SELECT stream, at, coalesce((body -> 'incident' ->> 'rang_at')::timestamptz,
        (body -> 'incident' ->> 'answered_at')::timestamptz, at) AS called,
      (SELECT l.kind = 'incident_closed' FROM journal l WHERE l.stream = j.stream
         AND l.kind IN ('incident_opened', 'incident_closed', 'incident_reopened')
       ORDER BY l.id DESC LIMIT 1) AS closed
    FROM journal j WHERE kind = 'incident_opened')"""
SUMMED = """SELECT count(span) AS n, count(*) - count(span) AS still_open,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM span)::float8) AS p50_s,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM span)::float8) AS p90_s"""


async def by_facts(conn: Connection, name: str) -> dict[str, Any]:
    statement = f"{OPENED} {SUMMED} FROM ({FACTS[name]}) spans"
    row = await (await conn.execute(statement, (MIDNIGHT, NOW))).fetchone()
    assert row is not None
    return row


def numbers(figure: FigureView) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in ("n", "still_open", "p50_s", "p90_s")}


async def board(conn: Connection) -> LiveBoardView:
    return await queries.live_board(conn, NOW, DAY, ZONE)


class Day:
    """A random day at the desk, begun before midnight."""

    def __init__(self, conn: Connection, seed: int) -> None:
        self.conn, self.scene, self.chance = conn, Scene(conn), random.Random(seed)
        self.at = MIDNIGHT - timedelta(minutes=30)

    def later(self, most_s: float) -> datetime:
        self.at += timedelta(seconds=self.chance.uniform(1, most_s))
        return self.at

    async def ring(self, number: int) -> None:
        told = ["ring", *self.chance.choice([["answer", "end"], ["answer"], ["end"], []])]
        for event in told:
            at = self.later(40)
            heard = ExchangeEvent.model_validate({"call": f"x{number}", "event": event, "at": at})
            call_id, _ = await exchange.hear(self.conn, heard, now=at, window_s=1)
        if "answer" in told and self.chance.random() < 0.7:
            relevance = self.chance.choice(list(Relevance))
            outcome = self.chance.choice(GATE[relevance])
            await calls.classify(self.conn, call_id, relevance, outcome, now=self.at, by=DESK)

    async def serve(self) -> None:
        rang = self.later(600)
        incident_id = await self.scene.call(
            at=self.later(120), rang_at=rang, priority=self.chance.randint(1, 4)
        )
        for _ in range(self.chance.randint(0, 2)):
            if await self._send(incident_id):
                break
        if self.chance.random() < 0.3:
            await self._close(incident_id)

    async def _send(self, incident_id: int) -> bool:
        """Offer to a free unit or assign it; tell whether it went and whether it is on scene."""
        unit_id = await self._free()
        if unit_id is None:
            return True
        if self.chance.random() < 0.3:
            job = (await self.scene.assign(incident_id, unit_id, self.later(60)))["id"]
        else:
            offer = await self.scene.offer(incident_id, unit_id, self.later(60))
            answer = self.chance.random()
            if answer < 0.05:
                return True
            if answer < 0.5:
                await self._decline(offer["id"])
                return False
            job = await self.scene.accept(offer["id"], self.later(40))
        for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
            if self.chance.random() < 0.05:
                break
            await milestones.reach(
                self.conn, job, milestone, now=self.later(1500), device_at=None, by=DESK, day=DAY
            )
        return True

    async def _decline(self, offer_id: int) -> None:
        await assignments.end_offer(
            self.conn, offer_id, OfferAct.DECLINE, now=self.later(40), by=DESK, reason="other"
        )

    async def _free(self) -> int | None:
        cursor = await self.conn.execute("SELECT id FROM unit WHERE status = 'available'")
        free = sorted(row["id"] for row in await cursor.fetchall())
        return self.chance.choice(free) if free else None

    async def _close(self, incident_id: int) -> None:
        status = (await self.scene.row("incident", incident_id))["status"]
        offered = (await self.scene.row("incident", incident_id))["on_offer"]
        if status in {"waiting", "cleared"} and not offered:
            await incidents.close(
                self.conn,
                incident_id,
                disposition=self.chance.choice(["resolved", "phone_only"]),
                note=None,
                now=self.later(60),
                by=DESK,
            )


async def live(conn: Connection, seed: int) -> Day:
    day = Day(conn, seed)
    for code in UNITS:
        await day.scene.sign_on(code, day.at)
    for number in range(25):
        await day.ring(number)
        await day.serve()
    assert MIDNIGHT < day.at < NOW
    return day


@pytest.mark.parametrize("seed", range(8))
async def test_c1_numbers_equal_sql_over_the_facts(seeded_conn: Connection, seed: int) -> None:
    await live(seeded_conn, seed)
    found = {figure.name: figure for figure in (await board(seeded_conn)).figures}
    assert set(found) == set(FACTS)
    for name, figure in found.items():
        expected = await by_facts(seeded_conn, name)
        assert numbers(figure) == pytest.approx(expected), name
    assert sum(figure.n for figure in found.values()) > 20


async def test_c1_counts_equal_sql_over_the_facts(seeded_conn: Connection) -> None:
    await live(seeded_conn, 99)
    found = await board(seeded_conn)
    cursor = await seeded_conn.execute(
        """SELECT coalesce(c ->> 'outcome', 'none') AS key, count(*) AS n FROM (
             SELECT DISTINCT ON (body -> 'call' ->> 'id') body -> 'call' AS c FROM journal
             WHERE body::jsonb ? 'call' ORDER BY body -> 'call' ->> 'id', id DESC) last
           WHERE (c ->> 'received_at')::timestamptz BETWEEN %s AND %s GROUP BY 1""",
        (MIDNIGHT, NOW),
    )
    assert found.calls_by_outcome == {row["key"]: row["n"] for row in await cursor.fetchall()}
    cursor = await seeded_conn.execute(
        """SELECT body -> 'incident' ->> 'disposition' AS key, count(*) AS n FROM journal
           WHERE kind = 'incident_closed' AND at BETWEEN %s AND %s GROUP BY 1""",
        (MIDNIGHT, NOW),
    )
    assert found.closed_by_disposition == {row["key"]: row["n"] for row in await cursor.fetchall()}
    cursor = await seeded_conn.execute(
        """SELECT (i ->> 'priority')::int AS priority, i ->> 'status' AS status, count(*) AS n
           FROM (
             SELECT DISTINCT ON (stream) body -> 'incident' AS i FROM journal
             WHERE body::jsonb ? 'incident' ORDER BY stream, id DESC) last
           WHERE i ->> 'status' IN ('waiting', 'held') GROUP BY 1, 2"""
    )
    queue = {(row["priority"], row["status"]): row["n"] for row in await cursor.fetchall()}
    lines = {(q.priority, "waiting"): q.waiting for q in found.queue if q.waiting}
    assert lines | {(q.priority, "held"): q.held for q in found.queue if q.held} == queue
    assert all(len(q.since) == q.waiting + q.held for q in found.queue)


async def test_c1_few_are_said_to_be_few_and_targets_are_dated(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.sign_on("ARK-1", NOON)
    incident_id = await scene.call(at=NOON)
    await scene.offer(incident_id, unit_id, NOON + timedelta(seconds=30))
    found = {figure.name: figure for figure in (await board(seeded_conn)).figures}
    assert found["call_to_offer"] == FigureView("call_to_offer", 1, 0, 30, 30, 300, few=True)
    assert found["call_to_scene"].still_open == 1
    assert found["call_to_scene"].p90_s is None
    await seeded_conn.execute("DELETE FROM rule WHERE name IN ('board_targets_s')")
    await seeded_conn.execute("UPDATE rule SET value = '1' WHERE name = 'board_few_below'")
    found = {figure.name: figure for figure in (await board(seeded_conn)).figures}
    assert (found["call_to_offer"].target_s, found["call_to_offer"].few) == (None, False)


@pytest.mark.parametrize(("at", "n"), [(MIDNIGHT - timedelta(seconds=1), 0), (MIDNIGHT, 1)])
async def test_c1_the_day_begins_at_the_desks_midnight(
    seeded_conn: Connection, at: datetime, n: int
) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.sign_on("ARK-1", at)
    await scene.offer(await scene.call(at=at), unit_id, at + timedelta(seconds=5))
    found = {figure.name: figure for figure in (await board(seeded_conn)).figures}
    assert found["call_to_offer"].n == n


async def test_c1_units_stand_by_county_and_status(server: Running) -> None:
    desk = await server.desk()
    await server.crew_at("ark-1", 34.0863, 49.6894)
    found = await desk.api.get("/board")
    shown = {line["county"]: line["by_status"] for line in found["units"]}
    expected: dict[str | None, dict[str, int]] = {}
    for unit in desk.board.units.values():
        line = expected.setdefault(unit.county, {})
        line[unit.status] = line.get(unit.status, 0) + 1
    assert shown == expected
    assert sum(line.get("available", 0) for line in shown.values()) == 1
