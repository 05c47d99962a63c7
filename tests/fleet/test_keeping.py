"""Fixes in the database: history once, newest forward only, a place for every day."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from fleet.tracking import actions, queries
from fleet.tracking.fix import Fix, Verdict
from kit.db import Connection, Database
from kit.errors import NotFound
from tests.support.scene import NOW, Scene, after


async def rows(conn: Connection, statement: str) -> list[dict[str, Any]]:
    return await (await conn.execute(statement)).fetchall()


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_wins_in_whatever_order_they_come(
    seeded_conn: Connection, order: tuple[int, ...]
) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    for n in order:
        fix = Fix(unit_id, after(n), NOW, 34 + n / 100, 49.7)
        await actions.keep(seeded_conn, [fix])
        await actions.move(seeded_conn, [fix])
        await seeded_conn.execute("TRUNCATE place_stage")
    [newest] = await queries.newest(seeded_conn)
    assert (newest.fixed_at, newest.lat) == (after(2), 34.02)
    assert len(await rows(seeded_conn, "SELECT 1 AS one FROM fix")) == 3


async def test_one_batch_may_hold_many_of_one_unit_in_any_order(db: Database) -> None:
    async with db.write() as conn:
        unit_id = await Scene(conn).unit("ARK-1")
        batch = [Fix(unit_id, after(n), NOW, 34 + n / 100, 49.7) for n in (1, 3, 0, 2, 3)]
        await actions.keep(conn, batch)
    async with db.read() as conn:
        track = await queries.track(conn, unit_id, after(0), after(3))
    assert [one.fixed_at_ms - round(NOW.timestamp() * 1000) for one in track] == [0, 1000, 2000]


async def test_all_that_a_device_says_is_kept(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    said = Fix(unit_id, NOW, after(2), 34.5, 49.25, 8.0, 12.5, 271.0, 1750.0, 64.0)
    await actions.keep(seeded_conn, [said])
    [kept] = await rows(seeded_conn, "SELECT * FROM fix")
    assert not kept.pop("spare")
    assert Fix(**kept) == said


async def test_what_is_known_already_does_not_keep_the_rest_from_history(db: Database) -> None:
    async with db.write() as conn:
        unit_id = await Scene(conn).unit("ARK-1")
        fixes = [Fix(unit_id, after(n), NOW, 34, 49.7) for n in range(4)]
        await actions.keep(conn, fixes[:2])
        await actions.keep(conn, fixes, [Fix(unit_id, after(1), NOW, 34, 49.7, source=9)])
    async with db.read() as conn:
        kept = await rows(conn, "SELECT fixed_at, source, spare FROM fix ORDER BY 1, 2")
    assert [(one["fixed_at"], one["source"], one["spare"]) for one in kept] == [
        (after(0), 0, False),
        (after(1), 0, False),
        (after(1), 9, True),
        (after(2), 0, False),
        (after(3), 0, False),
    ]


async def test_days_have_partitions_and_any_other_day_the_default(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    today = NOW.date()
    await actions.ensure_partitions(seeded_conn, [today, today, today + timedelta(days=1)])
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    at_midnight = datetime(2026, 3, 3, tzinfo=UTC)
    await actions.keep(
        seeded_conn,
        [Fix(unit_id, at, NOW, 34, 49.7) for at in (NOW, at_midnight, long_ago)],
    )
    found = await rows(
        seeded_conn, "SELECT tableoid::regclass::text AS part FROM fix ORDER BY fixed_at"
    )
    assert [one["part"] for one in found] == ["fix_default", "fix_20260302", "fix_20260303"]


async def test_a_day_that_began_in_the_default_does_not_stop_the_start(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    await actions.keep(seeded_conn, [Fix(unit_id, NOW, NOW, 34, 49.7)])
    days = [NOW.date(), NOW.date() + timedelta(days=1)]
    await actions.ensure_partitions(seeded_conn, days)
    found = await rows(seeded_conn, "SELECT relname FROM pg_class WHERE relname LIKE 'fix_2026%%'")
    assert "fix_20260303" in {one["relname"] for one in found}
    assert len(await queries.track(seeded_conn, unit_id, NOW, after(1))) == 1


async def test_refusals_add_up(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    day = date(2026, 3, 2)
    for _ in range(2):
        await actions.count_refusals(
            seeded_conn, {(unit_id, day, Verdict.FUTURE): 2, (unit_id, day, Verdict.FROZEN): 1}
        )
    assert await queries.refusals(seeded_conn, unit_id) == [
        {"day": day, "reason": "frozen", "n": 2},
        {"day": day, "reason": "future", "n": 4},
    ]


async def test_a_device_is_known_by_its_token_until_revoked(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    device_id, token = await actions.enrol(seeded_conn, unit_id, "tablet")
    assert await queries.device_of_token(seeded_conn, token) == (device_id, unit_id, False)
    assert await queries.device_of_token(seeded_conn, token + "x") is None
    stored = await rows(seeded_conn, "SELECT token_hash FROM device")
    assert token.encode() not in bytes(stored[0]["token_hash"])
    await actions.revoke(seeded_conn, device_id, NOW)
    assert await queries.device_of_token(seeded_conn, token) is None
    with pytest.raises(NotFound):
        await actions.revoke(seeded_conn, device_id, NOW)
