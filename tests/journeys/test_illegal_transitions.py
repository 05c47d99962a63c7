"""Every illegal transition from every state answers 409 with the reason: made from the tables.

Each table of the product is found by walking it. A thing is brought into each state, and each act
is asked for over HTTP and, where a crew does it, over its own socket.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from dispatch.assignments.assignment import STEPS, Milestone
from fleet.units.unit import UnitStatus
from kit.states import Table
from realtime.protocol import VERSION
from server.cluster import Cluster
from tests.journeys.test_crash import until
from tests.support.databases import cloned
from tests.support.gateways import SECRET
from tests.support.live_subjects import PARTNERS
from tests.support.raw import Raw, open_raw
from tests.support.servers import serving
from tests.support.subjects import OFFERS, SUBJECTS, UNITS, unit
from tests.support.transitions import ILLEGAL, SECOND, Door, Ground, Subject, Thing, tables

STATES = [
    pytest.param(subject, state, id=f"{subject.table.subject}-{state}")
    for subject in SUBJECTS
    for state in subject.states
]
LEGAL = [
    pytest.param(subject, door, state, act, id=f"{subject.table.subject}-{state}-{act}")
    for subject in SUBJECTS
    for door in subject.doors
    for state in subject.states
    for act in subject.legal(door, state)
]
BY_SOCKET = [
    pytest.param(subject, state, id=f"{subject.table.subject}-{state}")
    for subject in (OFFERS, UNITS)
    for state in subject.states
]
RULE = "sensitive_acts"
COLLEAGUE = """INSERT INTO account (name, role, password_hash, must_change_password)
  SELECT %s, role, password_hash, false FROM account WHERE name = 'dispatcher'"""


@pytest.fixture(scope="module")
async def ground(cluster: Cluster, seeded_template: str) -> AsyncIterator[Ground]:
    """A server with a gateway for messages, and a dispatcher."""
    with cloned(cluster, seeded_template) as address:
        async with serving(address, channel_secret=SECRET, partners=PARTNERS) as running:
            desk = await running.desk(connect=False)
            # To send an incident away is legal for one person here; four eyes have a table too.
            await running.sql("UPDATE rule SET value = value - 'transfer' WHERE name = %s", RULE)
            await running.sql(COLLEAGUE, SECOND)
            second = await running.desk(SECOND, connect=False)
            yield Ground(running, desk, second, await desk.api.get("/codes"))


def test_every_table_of_the_product_is_asked() -> None:
    known: dict[int, Table[Any, Any]] = {id(one.table): one.table for one in SUBJECTS}
    assert [where for where, table in tables() if id(table) not in known] == []


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.table.subject)
def test_every_act_has_a_door_or_is_done_by_something_else(subject: Subject) -> None:
    asked = {act for door in subject.doors for act in door.acts}
    assert asked | subject.inner.keys() == set(subject.acts)
    assert not asked & subject.inner.keys()


def check_refused(problem: dict[str, Any], subject: Subject, door: Door, state: str) -> None:
    """Assert that a refusal names the state and the act, or gives a reason of its own."""
    about = (subject.table.subject, door.acts, state, problem)
    assert problem["status"] == 409, about
    assert problem["detail"], about
    if problem["code"] != ILLEGAL:
        assert problem["code"] in door.codes, about
        return
    context = problem.get("context", {})
    assert context.get("state", state) == state, about
    assert state in problem["detail"], about


def illegal(subject: Subject, state: Any) -> Iterator[Door]:
    """Yield the doors none of whose acts the table allows."""
    return (door for door in subject.doors if not subject.legal(door, state))


@pytest.mark.parametrize(("subject", "state"), STATES)
async def test_every_illegal_transition_is_409_with_the_reason_and_changes_nothing(
    ground: Ground, subject: Subject, state: Any
) -> None:
    thing = await subject.make(ground, state, None)
    for door in illegal(subject, state):
        answer = await door.ask(ground, thing)
        assert answer.status_code == 409, (door, answer.text)
        check_refused(answer.json(), subject, door, state.value)
    assert await subject.status(ground, thing) == state.value


@pytest.mark.parametrize(("subject", "door", "state", "act"), LEGAL)
async def test_every_legal_transition_is_done_and_leads_where_the_table_says(
    ground: Ground, subject: Subject, door: Door, state: Any, act: Any
) -> None:
    thing = await subject.make(ground, state, act)
    answer = await door.ask(ground, thing)
    assert answer.status_code < 300, answer.text
    after = subject.table.rows[state, act]
    for further in door.then:
        after = subject.table.rows[after, further]
    assert await subject.status(ground, thing) == after.value


async def riding(ground: Ground, thing: Thing) -> Raw:
    """Return a socket of the thing's unit, opened by a device that may act."""
    unit_id, token = thing["unit_id"], f"token-{next(ground.number)}"
    digest = hashlib.sha256(token.encode()).digest()
    await ground.sql(
        """INSERT INTO device (unit_id, name, token_hash, may_act)
           VALUES (%s, 'phone', %s, true) RETURNING id""",
        *(unit_id, digest),
    )
    await until(lambda: unit_id in ground.server.app.state.feed.board.units)
    raw = await open_raw(ground.server, "/ws/unit")
    await raw.ask({"type": "hello", "version": VERSION, "token": token}, "welcome")
    return raw


@pytest.mark.parametrize(("subject", "state"), BY_SOCKET)
async def test_a_crew_hears_every_illegal_transition_on_its_socket(
    ground: Ground, subject: Subject, state: Any
) -> None:
    thing = await subject.make(ground, state, None)
    raw = await riding(ground, thing)
    for door in illegal(subject, state):
        if door.frame is None:
            continue
        answer = await raw.ask(door.frame_for(ground, thing), "done", "refused")
        assert answer["type"] == "refused", (door, answer)
        check_refused(answer["problem"], subject, door, state.value)
    assert await subject.status(ground, thing) == state.value


@pytest.mark.parametrize("state", UnitStatus)
async def test_b5_a_milestone_out_of_turn_is_409_with_the_reason(
    ground: Ground, state: UnitStatus
) -> None:
    thing = await unit(ground, state)
    for milestone in (one for one in Milestone if state not in STEPS[one].during):
        path = f"/assignments/{thing['assignment_id']}/milestones"
        answer = await ground.desk.api.http.post(path, json={"milestone": milestone})
        assert answer.status_code == 409, answer.text
        assert answer.json()["code"] in {ILLEGAL, "assignment_ended", "already_reported"}
        assert answer.json()["detail"]
