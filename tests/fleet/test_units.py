"""Units and shifts: signing on and off, out of service and back, each with its fact."""

from datetime import timedelta

import msgspec
import pytest

from fleet.units import actions, queries
from fleet.units.view import UnitView
from kit import journal
from kit.db import Connection
from kit.errors import Conflict, Invalid, NotFound
from kit.states import IllegalTransition
from tests.support.scene import DESK, NOW, Scene, after


async def view(conn: Connection, unit_id: int) -> UnitView:
    return msgspec.json.decode(await queries.unit(conn, unit_id), type=UnitView)


async def test_a_shift_makes_a_unit_available_with_what_its_crew_can(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).sign_on("KHM-1", NOW, "nurse")
    unit = await view(seeded_conn, unit_id)
    assert (unit.status, unit.status_at) == ("available", NOW)
    assert unit.capabilities == ["social_worker", "psychologist", "female_worker", "nurse"]
    assert unit.shift_ends_at == NOW + timedelta(hours=8)
    assert [member.role for member in unit.crew] == ["social_worker"]
    assert (unit.centre, unit.county) == ("KHM", "IR-00-04")


async def test_a_shift_ends_and_the_crews_capabilities_with_it(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).sign_on("KHM-1", NOW, "nurse")
    shift_id = (await view(seeded_conn, unit_id)).shift_id
    assert shift_id is not None
    assert await actions.sign_off(seeded_conn, shift_id, now=after(9), by="crew") == unit_id
    unit = await view(seeded_conn, unit_id)
    assert (unit.status, unit.shift_id, unit.crew) == ("off_duty", None, [])
    assert "nurse" not in unit.capabilities
    kinds = [row.kind for row in await journal.of_stream(seeded_conn, f"unit/{unit_id}")]
    assert kinds == ["unit_signed_on", "unit_signed_off"]


async def test_a_unit_has_one_shift_at_a_time(seeded_conn: Connection) -> None:
    await Scene(seeded_conn).sign_on("KHM-1")
    with pytest.raises(IllegalTransition, match="cannot sign_on"):
        await Scene(seeded_conn).sign_on("KHM-1", after(1))


async def test_a_shift_ends_in_the_future(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("KHM-1")
    with pytest.raises(Invalid, match="ends_at"):
        await actions.sign_on(
            seeded_conn, unit_id, crew=[], capabilities=[], ends_at=NOW, now=NOW, by=DESK
        )


async def test_a_shift_that_ended_is_not_ended_again(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).sign_on("KHM-1")
    old = (await view(seeded_conn, unit_id)).shift_id
    assert old is not None
    await actions.sign_off(seeded_conn, old, now=after(1), by="crew")
    await Scene(seeded_conn).sign_on("KHM-1", after(2))
    with pytest.raises(Conflict) as refused:
        await actions.sign_off(seeded_conn, old, now=after(3), by="crew")
    assert refused.value.code == "shift_ended"


async def test_out_of_service_ends_the_shift_and_bringing_back_does_not_begin_one(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).sign_on("KHM-1")
    await actions.take_out(seeded_conn, unit_id, reason="brakes", now=after(1), by=DESK)
    unit = await view(seeded_conn, unit_id)
    assert (unit.status, unit.status_reason, unit.shift_id) == ("out_of_service", "brakes", None)
    await actions.bring_back(seeded_conn, unit_id, now=after(2), by=DESK)
    unit = await view(seeded_conn, unit_id)
    assert (unit.status, unit.status_reason) == ("off_duty", None)


async def test_a_unit_on_a_job_neither_leaves_nor_breaks(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.sign_on("KHM-1")
    await scene.assign(await scene.call(), unit_id)
    shift_id = (await view(seeded_conn, unit_id)).shift_id
    assert shift_id is not None
    with pytest.raises(IllegalTransition, match="is dispatched: cannot sign_off"):
        await actions.sign_off(seeded_conn, shift_id, now=after(1), by="crew")
    with pytest.raises(IllegalTransition, match="is dispatched: cannot take_out"):
        await actions.take_out(seeded_conn, unit_id, reason="brakes", now=after(1), by=DESK)


async def test_a_code_is_added_once(seeded_conn: Connection) -> None:
    row = {"code": "NEW-1", "name_fa": "نو", "name_en": "New", "centre_code": "ARK"}
    row |= {"capabilities": []}
    assert await actions.add(seeded_conn, row)
    assert await actions.add(seeded_conn, row) is None


async def test_what_does_not_exist_is_not_found(seeded_conn: Connection) -> None:
    for missing in (
        queries.unit(seeded_conn, 404),
        queries.lock(seeded_conn, 404),
        queries.unit_of_shift(seeded_conn, 404),
    ):
        with pytest.raises(NotFound, match="404"):
            await missing
