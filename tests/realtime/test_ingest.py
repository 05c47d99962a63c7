"""Ingest: judged at once, acknowledged only when durable, and nothing lost when the database is."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from fleet.tracking.fix import Verdict
from kit.clock import now
from kit.errors import Refusal, Unavailable
from realtime import ingest as ingest_module
from realtime.ingest import Ingest
from tests.support.scene import NOW, Scene, after
from tests.support.servers import Running, serving
from tests.support.yards import Yard


async def test_a_batch_is_durable_only_after_the_flush(yard: Yard) -> None:
    batch = yard.ingest.put([yard.fix(0), yard.fix(1)])
    assert batch.verdicts == [Verdict.GOOD, Verdict.GOOD]
    assert not batch.durable.done()
    assert not await yard.history()
    await yard.ingest.flush()
    assert batch.durable.done()
    assert await yard.history() == [(unit, NOW) for unit in yard.units]


async def test_what_is_refused_is_counted_by_unit_day_and_reason(yard: Yard) -> None:
    yard.off_shift.add(yard.units[1])
    batch = yard.ingest.put(
        [yard.fix(0), yard.fix(0), yard.fix(0, 60, lat=36.0), yard.fix(1), yard.fix(0, 9000)]
    )
    await yard.ingest.flush()
    one, two = yard.units
    assert [verdict.value for verdict in batch.verdicts] == [
        "good",
        "duplicate",
        "impossible_jump",
        "off_shift",
        "future",
    ]
    day = (NOW + timedelta(hours=1)).date()
    refused = await yard.rows("SELECT * FROM fix_refusal ORDER BY unit_id, reason")
    assert refused == [
        (one, day, "duplicate", 1),
        (one, day, "future", 1),
        (one, day, "impossible_jump", 1),
        (two, day, "off_shift", 1),
    ]
    assert yard.counted == Counter(verdict.value for verdict in batch.verdicts)


async def test_nobody_is_tracked_off_shift(yard: Yard) -> None:
    yard.off_shift.update(yard.units)
    yard.ingest.put([yard.fix(0), yard.fix(1)])
    await yard.ingest.flush()
    assert not await yard.history()
    assert not await yard.rows("SELECT * FROM unit_position")
    assert not yard.ingest.positions.rows()


async def test_the_newest_position_never_goes_back(yard: Yard) -> None:
    async with yard.db.write() as conn:
        await Scene(conn).sign_on("ARK-1")
    yard.ingest.put([yard.fix(0, 60, lat=34.01)])
    await yard.ingest.flush()
    late = yard.ingest.put([yard.fix(0, 30, lat=34.005)])
    await yard.ingest.flush()
    assert late.verdicts == [Verdict.OLDER]
    assert len(await yard.history()) == 2
    [newest] = await yard.rows("SELECT fixed_at, ST_Y(place::geometry) FROM unit_position")
    assert newest == (NOW + timedelta(seconds=60), 34.01)


async def test_a_batch_that_comes_again_is_kept_once(yard: Yard) -> None:
    fixes = [yard.fix(0, n) for n in range(5)]
    for _ in range(2):
        yard.ingest.put(fixes)
        await yard.ingest.flush()
    assert len(await yard.history()) == 5


async def test_what_a_device_last_did_says_what_became_of_its_last_report(yard: Yard) -> None:
    """In one flush, in the order in which it came."""
    sent = [
        (yard.fix(0, 3000, source=1), "good"),
        (yard.fix(0, 3010, source=2), "spare"),
        (yard.fix(1, 3000, source=3), "good"),
        (yard.fix(1, 3060, lat=36.0, source=3), "impossible_jump"),
        (yard.fix(1, 3070, source=3), "good"),
        (yard.fix(1, 2990, source=3), "older"),
        (yard.fix(0, 3015, source=1, received_at=after(7200)), "too_old"),
    ]
    batches = [yard.ingest.put([fix]) for fix, _ in sent]
    await yard.ingest.flush()
    assert [batch.verdicts for batch in batches] == [[verdict] for _, verdict in sent]
    states = await yard.rows("SELECT source, verdict, refused FROM device_state ORDER BY source")
    assert states == [
        (1, "too_old", None),
        (2, "spare", None),
        (3, "older", "impossible_jump"),
    ]


async def test_while_the_database_refuses_nothing_is_acknowledged_or_lost(yard: Yard) -> None:
    first = yard.ingest.put([yard.fix(0)])
    async with yard.db.read() as other, other.transaction():
        await other.execute("LOCK TABLE fix IN ACCESS EXCLUSIVE MODE")
        flushing = asyncio.create_task(yard.ingest.flush())
        pid = await _waiting(other)
        second = yard.ingest.put([yard.fix(0, 10), yard.fix(1)])
        assert not first.durable.done()
        await other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises((psycopg.Error, Refusal)):
            await flushing
        assert not first.durable.done()
    while not second.durable.done():
        await _try(yard.ingest)
    assert first.durable.done()
    assert len(await yard.history()) == 3


async def _waiting(conn: Any) -> int:
    """Return the backend that waits for our lock, as soon as there is one."""
    while True:
        cursor = await conn.execute(
            """SELECT pid FROM pg_locks WHERE NOT granted
               AND relation = 'fix'::regclass"""
        )
        row = await cursor.fetchone()
        if row:
            return int(row["pid"])


async def _try(ingest: Ingest) -> None:
    """Flush as the running job does: what fails is tried again."""
    try:
        await ingest.flush()
    except (psycopg.Error, Refusal):
        return


async def test_an_absurd_number_in_one_fix_does_not_hold_up_the_others(yard: Yard) -> None:
    huge = yard.ingest.put([yard.fix(0, speed_mps=1e300, altitude_m=1e300)])
    fine = yard.ingest.put([yard.fix(1)])
    await yard.ingest.flush()
    assert fine.durable.done()
    assert huge.durable.done()
    assert yard.units[1] in {unit for unit, _ in await yard.history()}


async def test_when_too_much_waits_more_is_refused_not_dropped(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "PENDING_LIMIT", 2)
    kept = yard.ingest.put([yard.fix(0), yard.fix(1)])
    with pytest.raises(Unavailable, match="keep them"):
        yard.ingest.put([yard.fix(0, 5)])
    await yard.ingest.flush()
    assert kept.durable.done()
    again = yard.ingest.put([yard.fix(0, 5)])
    await yard.ingest.flush()
    assert again.durable.done()
    assert len(await yard.history()) == 3


async def test_an_empty_batch_is_acknowledged(yard: Yard) -> None:
    batch = yard.ingest.put([])
    await yard.ingest.flush()
    assert batch.durable.done()


async def test_a_vehicle_hears_ack_only_when_its_fixes_are_stored(server: Running) -> None:
    crew = await server.crew("ark-1")
    at = now()
    ack = await crew.acked(await crew.at(34.1, 49.7, at))
    assert not ack.refused
    assert [row[0] for row in await server.sql("SELECT fixed_at FROM fix")] == [at]
    again = await crew.acked(await crew.at(34.1, 49.7, at))
    assert [(one.index, one.reason) for one in again.refused] == [(0, "duplicate")]
    assert crew.unacked() == []


async def test_what_came_before_the_end_is_durable_after_it(dsn: str) -> None:
    """A server that is stopped makes durable what it has taken, though no flush was due."""
    async with serving(dsn, flush_s=3600) as running:
        crew = await running.crew("ark-1")
        desk = await running.desk("planner")
        await crew.at(34.1, 49.7)
        link = desk.link
        assert link is not None
        await link.until(lambda: desk.positions or None)
        assert not await running.sql("SELECT 1 FROM fix")
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        cursor = await conn.execute("SELECT count(*) FROM fix")
        assert await cursor.fetchone() == (1,)
