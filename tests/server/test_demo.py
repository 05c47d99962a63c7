"""The demo: its choices are pure, its people are real clients, and it leaves others alone."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView
from dispatch.incidents.incident import IncidentStatus
from dispatch.incidents.view import IncidentView
from fleet.tracking.view import Basis
from geo.position import Position, distance_m
from geo.sheet import SettlementRow
from kit.errors import Conflict, Unavailable
from server.clients.desk import Desk
from server.demo import calls, drive, habits
from server.demo.drive import Leg
from server.demo.habits import DeskAct, Pace, Pause, Reply, Timer
from server.demo.run import Plan, demo, settlements
from tests.support.servers import Running, serving

AT = datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
ARAK, SAVEH = Position(34.0863, 49.6894), Position(35.0196, 50.3652)
QUICK = Pace(speed=100_000, top_mps=1e6, tick_s=0.05)
OTHERS = ("DLJ-1", "KHD-1", "KHM-1", "MHL-1", "SHZ-1", "SVH-1", "SVH-2", "ZRD-1")


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def town(name: str, place: Position, population: int, county: str = "C") -> SettlementRow:
    return SettlementRow(
        name_fa=name,
        name_en=name,
        lat=place.lat,
        lon=place.lon,
        population=population,
        county=county,
    )


# --- driving


def test_a_vehicle_drives_the_straight_line_at_its_speed_and_stays_at_the_end() -> None:
    leg = Leg(ARAK, SAVEH, AT, 20.0)
    length_m = distance_m(ARAK, SAVEH)
    half = leg.place(after(length_m / 40))
    assert distance_m(ARAK, half) == pytest.approx(length_m / 2, rel=0.01)
    assert leg.place(after(-5)) == ARAK
    assert leg.place(after(length_m)) == SAVEH
    assert not leg.arrived(after(length_m / 40))
    assert leg.arrived(after(length_m / 20 + 1))


def test_a_vehicle_that_stands_has_arrived() -> None:
    assert drive.standing(ARAK, AT).arrived(AT)
    assert drive.standing(ARAK, AT).place(after(60)) == ARAK


@pytest.mark.parametrize(
    ("end", "heading_deg"),
    [
        (Position(35, 49.6894), 0),
        (Position(33, 49.6894), 180),
        (Position(34.0863, 50), 90),
        (Position(34.0863, 49), 270),
    ],
)
def test_heading_is_clockwise_from_north(end: Position, heading_deg: float) -> None:
    assert drive.heading_deg(ARAK, end) == pytest.approx(heading_deg, abs=0.5)


def test_moving_by_metres_moves_by_metres() -> None:
    assert distance_m(ARAK, drive.moved(ARAK, 3000, 4000)) == pytest.approx(5000, rel=0.001)


def test_noise_is_as_large_as_the_receiver_claims() -> None:
    rng = random.Random(1)
    off_m = [distance_m(ARAK, drive.noisy(ARAK, 20, rng)) for _ in range(2000)]
    assert 8 < sum(off_m) / len(off_m) < 16
    assert sum(d < 30 for d in off_m) / len(off_m) > 0.95


def test_reception_is_lost_at_times_and_never_so_long_that_the_server_gives_the_socket_up() -> None:
    rng = random.Random(1)
    gaps = [drive.gap_s(rng) for _ in range(20_000)]
    lost = [gap for gap in gaps if gap]
    assert 30 < len(lost) < 120
    assert max(lost) <= 20


def test_a_reading_says_how_fast_and_where_to() -> None:
    rng = random.Random(1)
    driving = drive.reading(Leg(ARAK, SAVEH, AT, 18.0), after(60), rng)
    assert driving.fixed_at == after(60)
    assert driving.speed_mps == 18.0
    assert driving.heading_deg == pytest.approx(drive.heading_deg(ARAK, SAVEH), abs=0.1)
    standing = drive.reading(drive.standing(ARAK, AT), AT, rng)
    assert (standing.speed_mps, standing.heading_deg) == (0.0, None)
    assert distance_m(ARAK, Position(standing.lat, standing.lon)) < 200


# --- calls


def test_calls_arrive_at_the_rate_and_independently() -> None:
    rng = random.Random(1)
    waits = [calls.wait_s(60, rng) for _ in range(5000)]
    assert sum(waits) / len(waits) == pytest.approx(60, rel=0.05)
    assert sum(wait > 60 for wait in waits) / len(waits) == pytest.approx(0.368, abs=0.03)


def test_settlements_are_drawn_by_population() -> None:
    rng = random.Random(1)
    towns = [town("big", ARAK, 900), town("small", SAVEH, 100), town("empty", SAVEH, 0)]
    drawn = Counter(calls.settlement(towns, rng).name_en for _ in range(5000))
    assert drawn["big"] / 5000 == pytest.approx(0.9, abs=0.02)
    assert drawn["small"] / 5000 == pytest.approx(0.1, abs=0.02)


def test_a_place_lies_in_its_settlement() -> None:
    rng = random.Random(1)
    arak = town("arak", ARAK, 500_000)
    away = [distance_m(ARAK, calls.place_in(arak, rng)) for _ in range(1000)]
    assert max(away) <= calls.radius_m(500_000) * 1.001
    assert max(away) > calls.radius_m(500_000) * 0.9


def test_a_call_is_marked_as_demo_and_names_nobody() -> None:
    drawn = calls.call([town("اراک", ARAK, 10)], ["other"], AT, random.Random(1))
    assert "نمایشی" in drawn["narrative"]
    assert "نمایشی" in drawn["address"]
    assert not {"caller_name", "caller_phone"} & set(drawn)
    assert drawn["rang_at"] < drawn["answered_at"] < AT.isoformat()


def test_the_same_seed_draws_the_same_call() -> None:
    drawn = [calls.call([town("a", ARAK, 10)], ["x", "y"], AT, random.Random(7)) for _ in range(2)]
    assert drawn[0] == drawn[1]


def test_a_neighbourhood_is_the_county_and_what_lies_near() -> None:
    own, near = town("own", SAVEH, 1, "C"), town("near", drive.moved(ARAK, 9000, 0), 1, "D")
    far = town("far", drive.moved(ARAK, 30_000, 0), 1, "D")
    assert calls.neighbourhood([own, near, far], "C", ARAK) == [own, near]


def test_settlements_of_another_ground_are_refused() -> None:
    with pytest.raises(Conflict):
        settlements({"elsewhere"})


# --- habits


def job(**instants: datetime) -> AssignmentView:
    empty = dict.fromkeys(AssignmentView.__struct_fields__)
    return AssignmentView(**{**empty, "id": 1, "incident_id": 1, "unit_id": 1, **instants})


def test_a_job_goes_through_its_milestones_in_order() -> None:
    reached: dict[str, datetime] = {}
    steps = []
    while "cleared_at" not in reached:
        steps.append(habits.next_milestone(job(**reached), carries=True))
        reached[f"{steps[-1]}_at"] = AT
    assert steps == [milestone for milestone in Milestone if milestone != "acknowledged"]
    on_scene = {"en_route_at": AT, "on_scene_at": AT, "contact_at": AT}
    assert habits.next_milestone(job(**on_scene), carries=False) is Milestone.CLEARED


def test_an_answer_never_outlasts_the_offer() -> None:
    rng = random.Random(1)
    assert max(Pace(speed=0.1).pause_s(Pause.ANSWER, rng) for _ in range(50)) <= 20
    assert Pace(speed=1).pause_s(Milestone.CLEARED, rng) >= 400


def test_no_vehicle_is_faster_than_the_server_believes() -> None:
    assert Pace(speed=1).driving_mps == pytest.approx(18, abs=0.1)
    assert Pace(speed=50).driving_mps == 55


def test_most_offers_are_accepted_some_declined_and_few_left_unanswered() -> None:
    rng = random.Random(1)
    drawn = Counter(habits.reply(rng) for _ in range(2000))
    assert drawn[Reply.ACCEPT] > drawn[Reply.DECLINE] > drawn[Reply.SILENCE] > 0


def incident(status: str, **more: Any) -> IncidentView:
    empty = dict.fromkeys(IncidentView.__struct_fields__)
    known = {
        "id": 1,
        "status": IncidentStatus(status),
        "owner": habits.DISPATCHER,
        "seeking": False,
    }
    return IncidentView(**{**empty, **known, **more})


@pytest.mark.parametrize(
    ("view", "on_offer", "left", "act"),
    [
        (incident("waiting"), False, False, DeskAct.OFFER),
        (incident("waiting"), True, False, None),
        (incident("waiting", seeking=True), False, False, None),
        (incident("held"), False, False, None),
        (incident("responding"), False, False, None),
        (incident("cleared"), False, False, DeskAct.CLOSE),
        (incident("waiting"), False, True, None),
        (incident("cleared"), False, True, None),
        (incident("waiting", owner="dispatcher"), False, False, None),
        (incident("cleared", owner="dispatcher"), False, False, None),
    ],
)
def test_the_demo_dispatcher_works_its_own_incidents_only(
    view: IncidentView, on_offer: bool, left: bool, act: DeskAct | None
) -> None:
    assert habits.desk_act(view, on_offer=on_offer, left=left) is act


def test_a_timer_waits_from_when_a_thing_was_first_asked_for() -> None:
    timer = Timer()
    assert not timer.over("a", AT, lambda: 10)
    assert not timer.over("a", after(9), lambda: 99)
    assert timer.over("a", after(10), lambda: 99)
    assert not timer.over("b", after(10), lambda: 5)
    assert timer.over("b", after(15), lambda: 5)


# --- on a real server


@asynccontextmanager
async def running_demo(server: Running, **changes: Any) -> AsyncIterator[list[str]]:
    said: list[str] = []
    usual = {"rate_per_h": 18_000, "pace": QUICK, "seed": 1, "without": OTHERS}
    plan = Plan(**{**usual, **changes})
    task = asyncio.create_task(demo(server.base, server.dsn, plan, said.append))
    try:
        yield said
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def closed_by_demo(desk: Desk, n: int = 1) -> None:
    def closed() -> bool:
        facts = [f for f in desk.facts if f.kind == "incident_closed"]
        return sum(f.by == habits.DISPATCHER for f in facts) >= n

    await desk.socket.until(closed, within_s=60)


@pytest.fixture
async def fast(dsn: str) -> AsyncIterator[Running]:
    async with serving(dsn, max_speed_mps=1e7) as server:
        await server.sql("UPDATE rule SET value = '1' WHERE name = 'offer_expiry_s'")
        yield server


async def test_whole_missions_run_by_themselves_and_all_sign_off_at_the_end(fast: Running) -> None:
    desk = await fast.desk()
    async with running_demo(fast) as said:
        await closed_by_demo(desk, 3)
        assert len(desk.positions) == 3
    kinds = {fact.kind.value for fact in desk.facts}
    assert {"offer_accepted", "milestone_reached", "incident_closed", "unit_signed_on"} <= kinds
    assert "units signed off" in said[-1]
    on_shift = "SELECT u.status FROM shift s JOIN unit u ON u.id = s.unit_id WHERE ended_at IS NULL"
    assert "available" not in [row[0] for row in await fast.sql(on_shift)]
    named = await fast.sql("SELECT count(*) FROM incident_private WHERE caller_name IS NOT NULL")
    assert named[0][0] == 0
    told = await fast.sql("SELECT DISTINCT narrative FROM incident_private")
    assert told == [(calls.NARRATIVE,)]


async def test_units_of_people_are_left_alone(fast: Running) -> None:
    person = await fast.crew("ark-1")
    desk = await fast.desk()
    async with running_demo(fast, without=("ARK-2", *OTHERS)) as said:
        await closed_by_demo(desk)
        by_code = {one.code: one for one in desk.board.units.values()}
        assert person.state
        assert by_code["ARK-1"].shift_id == person.state.unit.shift_id
        assert by_code["ARK-2"].shift_id is None
        assert habits.is_ours(by_code["ARK-3"])
        assert desk.positions[by_code["ARK-1"].id].basis is Basis.CENTRE
        assert by_code["ARK-2"].id not in desk.positions
    assert sum("left alone" in line for line in said) == 2 + len(OTHERS)


async def test_a_person_can_take_a_unit_over(fast: Running) -> None:
    desk = await fast.desk()
    async with running_demo(fast, rate_per_h=0.001) as said:
        ark1 = await desk.socket.until(
            lambda: next(
                (u for u in desk.board.units.values() if u.code == "ARK-1" and u.shift_id), None
            )
        )
        await desk.api.post(f"/shifts/{ark1.shift_id}/end")
        await fast.crew("ark-1")
        await desk.socket.until(lambda: any("in other hands" in line for line in said))
        taken = desk.board.units[ark1.id]
        assert taken.shift_id
        assert not habits.is_ours(taken)


async def test_calls_left_to_people_are_not_touched(fast: Running) -> None:
    desk = await fast.desk()
    async with running_demo(fast, leave_share=1):
        await desk.socket.until(lambda: len(desk.board.incidents) >= 5)
    assert {i.status for i in desk.board.incidents.values()} == {"waiting"}
    assert not [fact for fact in desk.facts if fact.kind == "offer_made"]


async def test_the_demo_goes_on_after_a_restart_of_the_server(dsn: str) -> None:
    async with serving(dsn, max_speed_mps=1e7) as first:
        port = int(first.base.rpartition(":")[2])
        desk = await first.desk()
        demo_run = running_demo(first)
        await demo_run.__aenter__()
        await closed_by_demo(desk)
    async with serving(dsn, max_speed_mps=1e7, port=port) as second:
        desk = await second.desk()
        await closed_by_demo(desk)
        assert len(desk.positions) == 3
        await demo_run.__aexit__(None, None, None)


async def test_a_demo_without_a_server_says_so(dsn: str) -> None:
    with pytest.raises(Unavailable, match="no server answers"):
        await demo("http://127.0.0.1:9", dsn, Plan(), str)
