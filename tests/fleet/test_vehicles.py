"""C7: readings, checks and defects, and what they do to the unit."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from dispatch.recommendations.actions import recommend
from fleet.units import actions as unit_actions
from fleet.units import queries as unit_queries
from fleet.units.actions import NotReady
from fleet.units.view import UnitView
from fleet.vehicles import actions, queries
from fleet.vehicles.readiness import Severity
from kit import journal
from kit.db import Connection
from kit.errors import Conflict, NotFound
from tests.support.scene import DAY, DESK, NOW, Scene, after


async def unit(conn: Connection, unit_id: int) -> UnitView:
    return msgspec.json.decode(await unit_queries.unit(conn, unit_id), type=UnitView)


async def settle(conn: Connection, unit_id: int, day: date = DAY) -> UnitView:
    await actions.settle(conn, unit_id, now=NOW, day=day, by=DESK)
    return await unit(conn, unit_id)


async def break_down(conn: Connection, unit_id: int) -> UnitView:
    await actions.open_defect(conn, unit_id, Severity.BLOCKS, "brakes", now=NOW, by=DESK)
    return await settle(conn, unit_id)


async def plan(conn: Connection, unit_id: int, kind: str, **due: Any) -> int:
    """Open a check and return its id."""
    due = {"due_on": None, "due_km": None} | due
    await actions.plan_check(conn, unit_id, kind, now=NOW, by=DESK, **due)
    checks = (await queries.state(conn, unit_id, DAY))["checks"]
    return next(int(one["id"]) for one in checks if one["kind"] == kind)


async def test_c7_a_blocking_defect_makes_a_unit_not_ready_until_it_is_mended(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    assert (await unit(seeded_conn, unit_id)).ready
    broken = await break_down(seeded_conn, unit_id)
    assert (broken.ready, broken.not_ready) == (False, ["defect"])
    (defect,) = (await queries.state(seeded_conn, unit_id, DAY))["defects"]
    assert await actions.mend_defect(seeded_conn, defect["id"], now=NOW, by=DESK) == unit_id
    assert (await settle(seeded_conn, unit_id)).ready
    facts = [row.kind for row in await journal.of_stream(seeded_conn, f"unit/{unit_id}")]
    assert facts == ["unit_readiness_changed"] * 2
    with pytest.raises(Conflict, match="mended already"):
        await actions.mend_defect(seeded_conn, defect["id"], now=NOW, by=DESK)


async def test_c7_a_noted_defect_changes_nothing_and_makes_no_fact(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    await actions.open_defect(seeded_conn, unit_id, Severity.NOTE, "scratch", now=NOW, by=DESK)
    assert (await settle(seeded_conn, unit_id)).ready
    assert not await journal.of_stream(seeded_conn, f"unit/{unit_id}")


async def test_c7_a_unit_that_is_not_ready_signs_on_only_with_an_override(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.unit("KHM-1")
    await break_down(seeded_conn, unit_id)
    with pytest.raises(NotReady) as refused:
        await scene.sign_on("KHM-1")
    assert refused.value.context == {"not_ready": ["defect"]}
    await seeded_conn.execute("UPDATE unit SET status = 'off_duty' WHERE id = %s", (unit_id,))
    await unit_actions.sign_on(
        seeded_conn,
        unit_id,
        crew=[],
        capabilities=[],
        ends_at=after(3600),
        now=NOW,
        by=DESK,
        override="no_other_unit",
    )
    shift_id = (await unit(seeded_conn, unit_id)).shift_id
    assert shift_id
    assert (await scene.row("shift", shift_id))["override_reason"] == "no_other_unit"


async def test_c7_a_unit_that_is_not_ready_is_never_recommended(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    for code in ("ARK-1", "ARK-2"):
        await scene.ready(code, 34.1, 49.7)
    incident_id = await scene.call()
    await break_down(seeded_conn, await scene.unit("ARK-1"))
    found = await recommend(seeded_conn, incident_id, now=NOW, day=DAY, by=DESK)
    assert [one.code for one in found.ranking.ranked] == ["ARK-2"]
    excluded = next(one for one in found.ranking.excluded if one.code == "ARK-1")
    assert [(why.reason, why.detail) for why in excluded.reasons] == [("not_ready", "defect")]


async def test_c7_a_unit_out_of_service_is_never_recommended(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.ready("ARK-1", 34.1, 49.7)
    await unit_actions.take_out(seeded_conn, unit_id, reason="accident", now=NOW, by=DESK)
    incident_id = await scene.call()
    found = await recommend(seeded_conn, incident_id, now=NOW, day=DAY, by=DESK)
    assert not found.ranking.ranked
    excluded = next(one for one in found.ranking.excluded if one.code == "ARK-1")
    assert ("not_available", "out_of_service") in [(w.reason, w.detail) for w in excluded.reasons]


async def test_c7_a_blocking_check_counts_from_the_day_after_it_was_due(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    check = await plan(seeded_conn, unit_id, "insurance", due_on=DAY)
    assert (await settle(seeded_conn, unit_id)).ready
    assert not await actions.settle_one(seeded_conn, NOW, DAY)
    tomorrow = DAY + timedelta(days=1)
    assert await actions.settle_one(seeded_conn, NOW, tomorrow)
    assert not await actions.settle_one(seeded_conn, NOW, tomorrow)
    assert (await unit(seeded_conn, unit_id)).not_ready == ["insurance"]
    await actions.finish_check(seeded_conn, check, now=NOW, by=DESK)
    assert (await settle(seeded_conn, unit_id, tomorrow)).ready
    with pytest.raises(Conflict, match="done already"):
        await actions.finish_check(seeded_conn, check, now=NOW, by=DESK)


async def test_c7_a_check_that_does_not_block_is_only_shown(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    await plan(seeded_conn, unit_id, "service", due_on=DAY - timedelta(days=1))
    assert (await settle(seeded_conn, unit_id)).ready
    assert not await actions.settle_one(seeded_conn, NOW, DAY)
    (check,) = (await queries.state(seeded_conn, unit_id, DAY))["checks"]
    assert (check["overdue"], check["blocks"]) == (True, False)


async def test_c7_a_check_is_due_by_a_reading(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    await plan(seeded_conn, unit_id, "inspection", due_km=80_000)
    for km, against in ((80_000, []), (80_001, ["inspection"])):
        await actions.read_odometer(seeded_conn, unit_id, km, reason=None, now=NOW, by=DESK)
        assert (await settle(seeded_conn, unit_id)).not_ready == against


async def test_c7_an_odometer_does_not_go_back_without_a_reason(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    await actions.read_odometer(seeded_conn, unit_id, 500, reason=None, now=NOW, by=DESK)
    with pytest.raises(Conflict, match="500 km") as refused:
        await actions.read_odometer(seeded_conn, unit_id, 499, reason=None, now=NOW, by=DESK)
    assert refused.value.code == "odometer_back"
    await actions.read_odometer(seeded_conn, unit_id, 3, reason="replaced", now=NOW, by=DESK)
    await actions.read_odometer(seeded_conn, unit_id, 4, reason=None, now=NOW, by=DESK)
    reading = (await queries.state(seeded_conn, unit_id, DAY))["odometer"]
    assert (reading["km"], reading["reason"]) == (4, None)


async def test_c7_what_is_not_there_is_not_found(seeded_conn: Connection) -> None:
    for missing in (
        actions.finish_check(seeded_conn, 404, now=NOW, by=DESK),
        actions.mend_defect(seeded_conn, 404, now=NOW, by=DESK),
        actions.read_odometer(seeded_conn, 404, 1, reason=None, now=NOW, by=DESK),
    ):
        with pytest.raises(NotFound):
            await missing
