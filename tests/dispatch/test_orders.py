"""Over HTTP: every step out of turn answers 409 and says why; in turn, each works."""

import itertools

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.incidents.incident import IncidentStatus
from fleet.units.unit import UnitStatus
from kit.db import Database
from server.clients.api import Api, ProblemAnswer
from server.clients.desk import Desk
from tests.support.scene import Scene
from tests.support.servers import Running

ROAD = {
    UnitStatus.DISPATCHED: [],
    UnitStatus.EN_ROUTE: ["en_route"],
    UnitStatus.ON_SCENE: ["en_route", "on_scene"],
    UnitStatus.TRANSPORTING: ["en_route", "on_scene", "transporting"],
    UnitStatus.AT_DESTINATION: ["en_route", "on_scene", "transporting", "at_destination"],
}
ALLOWED = {
    UnitStatus.DISPATCHED: {"acknowledged", "en_route"},
    UnitStatus.EN_ROUTE: {"on_scene"},
    UnitStatus.ON_SCENE: {"contact", "transporting", "cleared"},
    UnitStatus.TRANSPORTING: {"at_destination"},
    UnitStatus.AT_DESTINATION: {"handed_over", "cleared"},
}


ALONE_TO_TRANSFER = "UPDATE rule SET value = value - 'transfer' WHERE name = 'sensitive_acts'"
SENT_AWAY = {"to": "tehran", "reason": "outside_area"}
ANSWERS = [
    ("accept", {}),
    ("decline", {"reason": "busy"}),
    ("withdraw", {"reason": "cancelled_by_caller"}),
]


async def attempt(api: Api, path: str, **body: object) -> str:
    """Return "done", or the code of a refusal, which must be a conflict that is explained."""
    try:
        await api.post(path, **body)
    except ProblemAnswer as refusal:
        assert refusal.status == 409, refusal
        assert refusal.detail
        return refusal.code
    return "done"


async def job(desk: Desk, unit_id: int) -> int:
    return await desk.assign(await desk.call(34.1, 49.7), unit_id)


async def test_each_milestone_only_in_its_turn(server: Running, db: Database) -> None:
    async with db.write() as conn:
        unit_id = await Scene(conn).sign_on("ARK-1")
    desk = await server.desk(connect=False)
    for status, road in ROAD.items():
        for milestone in Milestone:
            path = f"/assignments/{await job(desk, unit_id)}/milestones"
            for step in road:
                await desk.api.post(path, milestone=step)
            heard = await attempt(desk.api, path, milestone=milestone.value)
            allowed = milestone.value in ALLOWED[status]
            expected = "already_reported" if milestone.value in road else "illegal_transition"
            assert heard == ("done" if allowed else expected), (status, milestone)
            await _free(server, db, unit_id)


async def _free(server: Running, db: Database, unit_id: int) -> None:
    """Put the unit back at the start, beside the program."""
    await server.sql("UPDATE assignment SET cancelled_at = now() WHERE cleared_at IS NULL")
    await server.sql("UPDATE unit SET status = 'available' WHERE id = %s", unit_id)


@pytest.mark.parametrize("status", IncidentStatus)
async def test_each_decision_only_in_its_status(
    server: Running, db: Database, status: IncidentStatus
) -> None:
    async with db.write() as conn:
        scene = Scene(conn)
        unit_id = await scene.ready("ARK-1", 34.1, 49.7)
        other_id = await scene.ready("ARK-2", 34.1, 49.7)
    await server.sql(ALONE_TO_TRANSFER)
    desk = await server.desk(connect=False)
    acts = {
        "priority": {"priority": 1},
        "hold": {"reason": "awaiting_location"},
        "release": {},
        "close": {"disposition": "resolved_on_scene"},
        "reopen": {"reason": "called_again"},
        "offers": {"unit_id": other_id},
        "assignments": {"unit_id": other_id},
        "merge": {"into": await desk.call(34.1, 49.7)},
        "unmerge": {},
    }
    allowed = {
        "waiting": {"priority", "hold", "close", "offers", "assignments", "merge"},
        "held": {"priority", "release", "close", "merge"},
        "responding": {"priority"},
        "cleared": {"priority", "close", "reopen", "merge"},
        "transferring": {"priority"},
        "closed": {"reopen"},
    }
    for act, body in acts.items():
        incident_id = await _incident_in(desk, status, unit_id)
        heard = await attempt(desk.api, f"/incidents/{incident_id}/{act}", **body)
        if act in allowed[status.value]:
            assert heard == "done", (status, act)
        else:
            assert heard == _refusal(status, act), (status, act)
        await server.sql("UPDATE offer SET status = 'withdrawn', answered_at = now()")
        await _free(server, db, unit_id)
        await _free(server, db, other_id)


def _refusal(status: IncidentStatus, act: str) -> str:
    if act == "unmerge":
        return "not_merged"
    if status is IncidentStatus.RESPONDING and act in {"offers", "assignments"}:
        return "needs_backup"
    if status is IncidentStatus.RESPONDING and act == "merge":
        return "merge_the_other_way"
    return "illegal_transition"


async def _incident_in(desk: Desk, status: IncidentStatus, unit_id: int) -> int:
    incident_id = await desk.call(34.1, 49.7)
    path = f"/incidents/{incident_id}"
    match status:
        case IncidentStatus.HELD:
            await desk.api.post(f"{path}/hold", reason="awaiting_location")
        case IncidentStatus.RESPONDING | IncidentStatus.CLEARED:
            job_id = await desk.assign(incident_id, unit_id)
            steps = ["en_route", "on_scene", "cleared"]
            for step in steps if status is IncidentStatus.CLEARED else []:
                await desk.api.post(f"/assignments/{job_id}/milestones", milestone=step)
        case IncidentStatus.TRANSFERRING:
            await desk.api.post(f"{path}/transfer", **SENT_AWAY)
        case IncidentStatus.CLOSED:
            await desk.close_incident(incident_id)
    return incident_id


@pytest.mark.parametrize(
    ("first", "then"),
    list(itertools.product(ANSWERS, repeat=2)),
)
async def test_an_answered_offer_is_not_answered_again(
    shared_server: Running,
    first: tuple[str, dict[str, str]],
    then: tuple[str, dict[str, str]],
) -> None:
    desk = await shared_server.desk(connect=False)
    unit = (await desk.api.get("/units"))["units"][0]
    if unit["shift_id"] is None:
        await desk.api.post(
            "/shifts",
            unit_id=unit["id"],
            ends_at="2099-01-01T00:00:00Z",
            crew=[{"name": "Crew", "role": "social_worker"}],
        )
    offer_id = await desk.offer(await desk.call(34.1, 49.7), unit["id"], go_on=False)
    assert await attempt(desk.api, f"/offers/{offer_id}/{first[0]}", **first[1]) == "done"
    heard = await attempt(desk.api, f"/offers/{offer_id}/{then[0]}", **then[1])
    assert heard == "illegal_transition"
    for (job_id,) in await shared_server.sql(
        "SELECT id FROM assignment WHERE cancelled_at IS NULL"
    ):
        await desk.api.post(f"/assignments/{job_id}/stand-down", reason="other")


async def test_without_a_rule_of_expiry_nothing_is_offered(server: Running, db: Database) -> None:
    async with db.write() as conn:
        unit_id = await Scene(conn).sign_on("ARK-1")
        await conn.execute("DELETE FROM rule WHERE name = 'offer_expiry_s'")
    desk = await server.desk(connect=False)
    incident_id = await desk.call(34.1, 49.7)
    path = f"/incidents/{incident_id}/offers"
    for body in ({"unit_id": unit_id}, {}):
        assert await attempt(desk.api, path, **body) == "no_rule"
    units = (await desk.api.get("/units"))["units"]
    assert next(unit["status"] for unit in units if unit["id"] == unit_id) == "available"
