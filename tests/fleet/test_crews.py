"""B1, C2: signing on with people and roles, and the duty that the roster gives a shift."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from fleet.crews import actions
from fleet.crews.schemas import CrewMemberIn, HolidayIn, RosterIn, ShiftIn
from fleet.units import actions as unit_actions
from fleet.units import queries as units
from fleet.units.duty import DutyKind
from fleet.units.unit import UnitAct
from fleet.units.view import UnitView
from kit import journal
from kit.db import Connection
from kit.errors import Conflict, Invalid, NotFound
from tests.support.scene import DESK, Scene

ZONE = "Asia/Tehran"
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # ten o'clock in Tehran
EVENING = MONDAY + timedelta(hours=6)
HOME = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 14:30
CALL, OFFICE = DutyKind.ON_CALL, DutyKind.OFFICE_HOURS
MEMBER = {"name": "سارا", "role": "nurse", "gender": "female"}


async def sign_on(
    conn: Connection, code: str, *crew: dict[str, Any], at: datetime = MONDAY, **more: Any
) -> UnitView:
    """Sign a crew on to a unit by the product's action; return the unit."""
    unit_id = await Scene(conn).unit(code)
    members = [CrewMemberIn(**one) for one in crew or [MEMBER]]
    shift = ShiftIn(unit_id=unit_id, ends_at=at + timedelta(hours=24), crew=members, **more)
    await actions.sign_on(conn, shift, now=at, time_zone=ZONE, by=DESK)
    return await view(conn, unit_id)


async def view(conn: Connection, unit_id: int) -> UnitView:
    return msgspec.json.decode(await units.unit(conn, unit_id), type=UnitView)


async def test_b1_vehicle_crew_and_roles_give_capabilities(seeded_conn: Connection) -> None:
    driver = {"name": "علی", "role": "driver", "gender": "male"}
    unit = await sign_on(seeded_conn, "ZRD-1", MEMBER, driver, capabilities=["child_specialist"])
    vehicle = ["social_worker", "psychologist", "male_worker"]
    assert unit.capabilities == [*vehicle, "child_specialist", "female_worker", "nurse"]
    assert [(one.role, one.gender) for one in unit.crew] == [
        ("nurse", "female"),
        ("driver", "male"),
    ]


async def test_b1_a_role_gives_what_its_word_says_on_that_day(seeded_conn: Connection) -> None:
    await seeded_conn.execute(
        "UPDATE code SET extra = '{}' WHERE domain = 'crew_role' AND code = 'nurse'"
    )
    assert "nurse" not in (await sign_on(seeded_conn, "ZRD-1")).capabilities


@pytest.mark.parametrize(
    ("crew", "more", "field"),
    [
        ({"name": "A", "role": "cook"}, {}, "crew"),
        ({"name": "A", "role": "nurse", "gender": "x"}, {}, "gender"),
        ({"name": "A", "role": "nurse"}, {"capabilities": ["flying"]}, "capabilities"),
        ({"name": "A", "role": "nurse"}, {"override": "because"}, "override"),
    ],
)
async def test_b1_an_unknown_code_is_refused(
    seeded_conn: Connection, crew: dict[str, Any], more: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid, match=field):
        await sign_on(seeded_conn, "ZRD-1", crew, **more)


async def test_b1_nobody_is_signed_on_to_two_units(seeded_conn: Connection) -> None:
    unit = await sign_on(seeded_conn, "ZRD-1", {"name": "علي كريمي", "role": "driver"})
    with pytest.raises(Conflict, match="علی کریمی is signed on to ZRD-1") as refused:
        await sign_on(seeded_conn, "KHM-1", {"name": "علی کریمی", "role": "nurse"})
    assert refused.value.code == "person_on_shift"
    assert unit.shift_id
    await actions.sign_off(seeded_conn, unit.shift_id, now=EVENING, by=DESK)
    assert (await sign_on(seeded_conn, "KHM-1", {"name": "علی کریمی", "role": "nurse"})).shift_id


async def test_b1_out_of_service_lets_its_people_go(seeded_conn: Connection) -> None:
    unit = await sign_on(seeded_conn, "ZRD-1")
    await actions.take_out(seeded_conn, unit.id, reason="other", now=EVENING, by=DESK)
    assert (await sign_on(seeded_conn, "KHM-1")).shift_id


async def test_b1_two_of_one_name_are_told_apart_by_staff_numbers(
    seeded_conn: Connection,
) -> None:
    one, other = ({**MEMBER, "staff_no": number} for number in ("11", "12"))
    await sign_on(seeded_conn, "ZRD-1", one)
    await sign_on(seeded_conn, "KHM-1", other)
    with pytest.raises(Conflict):
        await sign_on(seeded_conn, "SHZ-1", {**MEMBER, "name": "Sara", "staff_no": "12"})


async def test_b1_nobody_stands_twice_in_a_crew(seeded_conn: Connection) -> None:
    with pytest.raises(Invalid, match="stands twice"):
        await sign_on(seeded_conn, "ZRD-1", MEMBER, MEMBER)


async def test_b1_the_database_itself_refuses_a_person_twice(seeded_conn: Connection) -> None:
    unit = await sign_on(seeded_conn, "ZRD-1")
    with pytest.raises(psycopg.errors.UniqueViolation, match="person_on_shift_pkey"):
        await seeded_conn.execute(
            "INSERT INTO person_on_shift SELECT person, shift_id FROM person_on_shift"
            " WHERE shift_id = %s",
            (unit.shift_id,),
        )


async def test_c2_a_shift_has_the_duty_of_its_centre_at_that_hour(seeded_conn: Connection) -> None:
    office = await sign_on(seeded_conn, "KHM-1", {"name": "A", "role": "nurse"})
    assert (office.duty, office.turnout_s) == ("office_hours", 0)
    home = await sign_on(seeded_conn, "SHZ-1", {"name": "B", "role": "nurse"}, at=EVENING)
    assert (home.duty, home.turnout_s) == ("on_call", 1200)
    always = await sign_on(seeded_conn, "ARK-1", {"name": "C", "role": "nurse"}, at=EVENING)
    assert (always.duty, always.turnout_s) == ("around_the_clock", 0)


async def test_c2_a_person_may_choose_the_duty(seeded_conn: Connection) -> None:
    home = await sign_on(seeded_conn, "KHM-1", duty=CALL)
    assert (home.duty, home.turnout_s) == ("on_call", 1200)
    there = await sign_on(
        seeded_conn, "SHZ-1", {"name": "B", "role": "nurse"}, at=EVENING, duty=OFFICE
    )
    assert (there.duty, there.turnout_s) == ("office_hours", 0)
    assert not await actions.follow_one(seeded_conn, EVENING + timedelta(days=9), ZONE)


async def test_c2_a_shift_follows_the_calendar(seeded_conn: Connection) -> None:
    unit = await sign_on(seeded_conn, "KHM-1")
    assert not await actions.follow_one(seeded_conn, HOME - timedelta(seconds=1), ZONE)
    assert await actions.follow_one(seeded_conn, HOME, ZONE)
    assert not await actions.follow_one(seeded_conn, HOME, ZONE)
    unit = await view(seeded_conn, unit.id)
    assert (unit.duty, unit.turnout_s) == ("on_call", 1200)
    facts = await journal.of_stream(seeded_conn, f"unit/{unit.id}")
    assert [fact.kind for fact in facts] == ["unit_signed_on", "unit_duty_changed"]


async def test_c2_a_crew_that_set_out_has_no_turnout_until_it_is_on_call_again(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    unit = await sign_on(seeded_conn, "KHM-1", duty=CALL)
    await scene.assign(await scene.call(), unit.id, MONDAY)
    assert (await view(seeded_conn, unit.id)).turnout_s == 1200
    await unit_actions.change(seeded_conn, unit.id, UnitAct.SET_OUT, MONDAY)
    assert (await view(seeded_conn, unit.id)).turnout_s == 0
    await unit_actions.change(seeded_conn, unit.id, UnitAct.STAND_DOWN, MONDAY)
    assert (await view(seeded_conn, unit.id)).turnout_s == 0


async def test_c2_who_goes_home_on_call_has_a_turnout_anew(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit = await sign_on(seeded_conn, "KHM-1")
    await scene.assign(await scene.call(), unit.id, MONDAY)
    await unit_actions.change(seeded_conn, unit.id, UnitAct.SET_OUT, MONDAY)
    await actions.follow_one(seeded_conn, HOME, ZONE)
    assert (await view(seeded_conn, unit.id)).turnout_s == 1200


async def test_c2_a_new_row_and_a_holiday_reach_shifts_that_run(seeded_conn: Connection) -> None:
    unit = await sign_on(seeded_conn, "KHM-1")
    day = date(2026, 11, 23)
    await actions.add_holiday(
        seeded_conn, HolidayIn(day=day, name_fa="برف", name_en="Snow"), MONDAY
    )
    assert await actions.follow_one(seeded_conn, MONDAY, ZONE)
    assert (await view(seeded_conn, unit.id)).duty == "on_call"
    await actions.drop_holiday(seeded_conn, day, MONDAY)
    await actions.follow_one(seeded_conn, MONDAY, ZONE)
    assert (await view(seeded_conn, unit.id)).duty == "office_hours"
    row = {"centre": "KHM", "kind": "around_the_clock", "days": ["mon"], "turnout_s": 60}
    row |= {"from_time": "00:00", "to_time": "00:00", "valid_from": day}
    added = await actions.add_entry(seeded_conn, RosterIn.model_validate(row), MONDAY)
    await actions.follow_one(seeded_conn, MONDAY, ZONE)
    unit = await view(seeded_conn, unit.id)
    assert (unit.duty, unit.turnout_s) == ("around_the_clock", 60)
    with pytest.raises(Invalid, match="must be after 2026-11-23"):
        await actions.end_entry(seeded_conn, added, day, MONDAY)


async def test_c2_what_is_not_there_is_not_ended(seeded_conn: Connection) -> None:
    with pytest.raises(NotFound):
        await actions.end_entry(seeded_conn, 404, date(2026, 1, 1), MONDAY)
    with pytest.raises(NotFound):
        await actions.drop_holiday(seeded_conn, date(2026, 11, 24), MONDAY)
