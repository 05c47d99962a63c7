"""Fixes in the database: history once, newest forward only, a place for every day."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from fleet.tracking import actions, queries
from fleet.tracking.fix import Fix, Verdict
from kit.db import Connection, Database
from tests.support.scene import NOW, Scene, after


async def rows(conn: Connection, statement: str) -> list[dict[str, Any]]:
    return await (await conn.execute(statement)).fetchall()


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_wins_in_whatever_order_they_come(
    seeded_conn: Connection, order: tuple[int, ...]
) -> None:
    unit_id = await Scene(seeded_conn).sign_on("ARK-1")
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
        kept = await rows(conn, "SELECT fixed_at FROM fix ORDER BY fixed_at")
    assert [one["fixed_at"] for one in kept] == [after(n) for n in range(4)]


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
