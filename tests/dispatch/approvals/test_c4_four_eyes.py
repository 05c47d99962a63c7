"""C4: what is sensitive on a day needs a second person, and the audit shows both."""

import itertools
from datetime import date
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from dispatch.approvals import actions, queries
from dispatch.approvals.actions import Asked
from dispatch.approvals.approval import APPROVAL, OWN, ApprovalAct, ApprovalStatus, SensitiveAct
from dispatch.links import actions as links
from dispatch.watches.actions import end_over, tell_due
from fleet.alarms.alarm import AlarmKind
from kit.codec import loads
from kit.db import Connection
from kit.errors import Conflict, Forbidden
from kit.identity import Actor, Role
from kit.states import IllegalTransition
from server.clients.api import ProblemAnswer
from tests.support.scene import ARAK, DAY, DESK, Scene, after
from tests.support.servers import Running

PLACE = (34.0863, 49.6894)
ASKER = Actor(1, DESK, Role.DISPATCHER)
SECOND = Actor(2, "second", Role.DISPATCHER)
CREW = Actor(3, "ark-1", Role.CREW, 1)
ILLEGAL = [
    (status, act)
    for status, act in itertools.product(ApprovalStatus, ApprovalAct)
    if (status, act) not in APPROVAL.rows and act is not ApprovalAct.EXPIRE
]


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def watch(scene: Scene, **acts: dict[str, Any]) -> None:
    """Let these acts be the sensitive ones."""
    known = {"within_s": 600, "roles": ["dispatcher"], "alone": True}
    value = {act: {**known, **more} for act, more in acts.items()}
    await scene.conn.execute(
        "UPDATE rule SET value = %s WHERE name = 'sensitive_acts'", (Jsonb(value),)
    )


async def ask(scene: Scene, incident_id: int, at_s: float = 0, **more: Any) -> int:
    known = {"act": SensitiveAct.TRANSFER, "reason": "ordered", "value": "qom"}
    known |= {"act_reason": "outside_area"}
    asked = Asked(incident_id, **{**known, **more})  # type: ignore[arg-type]
    return await actions.ask(scene.conn, asked, now=after(at_s), day=DAY, by=DESK)


async def decide(
    scene: Scene, approval_id: int, act: ApprovalAct, at_s: float = 10, by: Actor | None = None
) -> None:
    who = by or (ASKER if act in OWN else SECOND)
    reason = None if act in {ApprovalAct.APPROVE, ApprovalAct.REVIEW} else "other"
    await actions.decide(
        scene.conn, approval_id, act, now=after(at_s), day=DAY, by=who, reason=reason
    )


async def standing(scene: Scene, incident_id: int) -> tuple[str, int, str | None]:
    row = await scene.row("incident", incident_id)
    return row["status"], row["priority"], row["transfer_to"]


async def test_c4_approved_by_another_it_is_done_once_and_both_stand_on_record(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    approval_id = await ask(scene, incident_id)
    assert await standing(scene, incident_id) == ("waiting", 2, None), "nothing is done yet"
    await decide(scene, approval_id, ApprovalAct.APPROVE)
    assert await standing(scene, incident_id) == ("transferring", 2, "qom")
    assert (await scene.facts(incident_id))[-3:] == [
        "approval_asked",
        "incident_transferred",
        "approval_given",
    ]
    view = loads(await queries.approval(scene.conn, approval_id))
    assert (view["asked_by"], view["decided_by"], view["status"]) == (DESK, "second", "approved")
    with pytest.raises(IllegalTransition) as again:
        await decide(scene, approval_id, ApprovalAct.APPROVE, 11)
    assert again.value.context["state"] == "approved"
    assert (await scene.facts(incident_id)).count("incident_transferred") == 1


async def test_c4_nobody_is_his_own_second_person_nor_is_the_wrong_role(scene: Scene) -> None:
    await watch(scene, transfer={"roles": ["administrator"]})
    incident_id = await scene.call()
    approval_id = await ask(scene, incident_id)
    for by in (ASKER, SECOND, CREW):
        with pytest.raises(Forbidden):
            await decide(scene, approval_id, ApprovalAct.APPROVE, by=by)
    for act in OWN:
        with pytest.raises(Forbidden):
            await decide(scene, approval_id, act, by=SECOND)
    assert await standing(scene, incident_id) == ("waiting", 2, None)
    head = Actor(4, "admin", Role.ADMINISTRATOR)
    await decide(scene, approval_id, ApprovalAct.APPROVE, by=head)
    assert await standing(scene, incident_id) == ("transferring", 2, "qom")


@pytest.mark.parametrize("act", [ApprovalAct.REFUSE, ApprovalAct.WITHDRAW])
async def test_c4_refused_or_withdrawn_nothing_is_done(scene: Scene, act: ApprovalAct) -> None:
    incident_id = await scene.call()
    await decide(scene, await ask(scene, incident_id), act)
    assert await standing(scene, incident_id) == ("waiting", 2, None)
    await ask(scene, incident_id, 20)


async def test_c4_its_time_ends_by_the_clockwork_and_counts_before_that(scene: Scene) -> None:
    incident_id = await scene.call()
    approval_id = await ask(scene, incident_id)
    assert not await actions.expire_one(scene.conn, after(599))
    with pytest.raises(IllegalTransition) as late:
        await decide(scene, approval_id, ApprovalAct.APPROVE, 600)
    assert late.value.context["state"] == "expired"
    assert await actions.expire_one(scene.conn, after(600))
    assert not await actions.expire_one(scene.conn, after(601))
    row = await scene.row("approval", approval_id)
    assert (row["status"], row["decided_by"]) == ("expired", "system")
    assert (await scene.facts(incident_id))[-1] == "approval_expired"


async def test_c4_alone_at_night_an_urgent_act_is_done_and_looked_at_afterwards(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    approval_id = await ask(scene, incident_id)
    await decide(scene, approval_id, ApprovalAct.GO_ALONE, 1)
    assert await standing(scene, incident_id) == ("transferring", 2, "qom")
    for at_s in (86_401, 86_402):
        while await tell_due(scene.conn, AlarmKind.REVIEW_OWED, after(at_s), DAY):
            pass
    cursor = await scene.conn.execute("SELECT reason, acknowledged_by AS by FROM alarm")
    assert await cursor.fetchall() == [{"reason": "transfer", "by": None}]
    with pytest.raises(Forbidden):
        await decide(scene, approval_id, ApprovalAct.REVIEW, 86_403, by=ASKER)
    await decide(scene, approval_id, ApprovalAct.REVIEW, 86_404)
    while await end_over(scene.conn, AlarmKind.REVIEW_OWED, after(86_405), DAY):
        pass
    cursor = await scene.conn.execute("SELECT acknowledged_by AS by FROM alarm")
    assert await cursor.fetchall() == [{"by": "system"}]
    row = await scene.row("approval", approval_id)
    assert (row["asked_by"], row["decided_by"], row["alone_at"]) == (DESK, "second", after(1))


async def test_c4_where_the_rule_says_so_nobody_goes_alone(scene: Scene) -> None:
    await watch(scene, transfer={"alone": False})
    approval_id = await ask(scene, await scene.call())
    with pytest.raises(Conflict) as refused:
        await decide(scene, approval_id, ApprovalAct.GO_ALONE)
    assert refused.value.code == "not_alone"


async def test_c4_what_is_sensitive_is_dated_data(scene: Scene) -> None:
    act = SensitiveAct.UNMERGE
    await queries.require_free(scene.conn, act, DAY)
    with pytest.raises(Conflict) as needless:
        incident_id, into = await scene.call(), await scene.call()
        await links.merge(scene.conn, incident_id, into, now=after(1), by=DESK)
        await ask(scene, incident_id, 2, act=act, value=None, act_reason=None)
    assert needless.value.code == "not_sensitive"
    await watch(scene, unmerge={})
    with pytest.raises(Conflict) as refused:
        await queries.require_free(scene.conn, act, DAY)
    assert (refused.value.code, refused.value.context) == (
        "needs_second_person",
        {"act": "unmerge"},
    )
    await queries.require_free(scene.conn, act, date(2019, 1, 1))


async def test_c4_unmerge_with_a_second_person(scene: Scene) -> None:
    await watch(scene, unmerge={})
    incident_id, into = await scene.call(), await scene.call()
    await links.merge(scene.conn, incident_id, into, now=after(1), by=DESK)
    approval_id = await ask(
        scene, incident_id, 2, act=SensitiveAct.UNMERGE, value=None, act_reason=None
    )
    await decide(scene, approval_id, ApprovalAct.APPROVE)
    assert (await scene.row("incident", incident_id))["merged_into"] is None


async def test_c4_from_priority_1_down_with_a_second_person(scene: Scene) -> None:
    incident_id = await scene.call(priority=1)
    await queries.check_priority(scene.conn, incident_id, 1, DAY)
    with pytest.raises(Conflict) as refused:
        await queries.check_priority(scene.conn, incident_id, 2, DAY)
    assert refused.value.code == "needs_second_person"
    approval_id = await ask(
        scene,
        incident_id,
        act=SensitiveAct.PRIORITY_LOWERED,
        value="3",
        act_reason="calmer",
    )
    await decide(scene, approval_id, ApprovalAct.APPROVE)
    assert await standing(scene, incident_id) == ("waiting", 3, None)
    await queries.check_priority(scene.conn, incident_id, 4, DAY)


async def test_c4_nobody_lowers_it_alone_by_closing_correcting_and_reopening(
    server: Running,
) -> None:
    desk = await server.desk()
    incident = await desk.call(*PLACE, priority=1)
    path = f"/incidents/{incident}"
    await desk.api.post(f"{path}/close", once=False, disposition="phone_only")
    right = {"field": "priority", "reason": "mistyped"}
    await desk.api.post(f"{path}/corrections", **right, priority=4)
    again = await desk.api.http.post(f"{path}/reopen", json={"reason": "new_information"})
    assert (again.status_code, again.json()["code"]) == (409, "needs_second_person")
    await desk.api.post(f"{path}/corrections", **right, priority=1)
    again = await desk.api.http.post(f"{path}/reopen", json={"reason": "new_information"})
    assert (again.status_code, again.json()["priority"]) == (200, 1)


async def test_c4_closed_without_a_visit_with_a_second_person(scene: Scene) -> None:
    await watch(scene, close_without_visit={})
    incident_id = await scene.call()
    with pytest.raises(Conflict):
        await queries.check_visited(scene.conn, incident_id, DAY)
    approval_id = await ask(
        scene,
        incident_id,
        act=SensitiveAct.CLOSE_WITHOUT_VISIT,
        value="phone_only",
        act_reason=None,
    )
    await decide(scene, approval_id, ApprovalAct.APPROVE)
    assert await standing(scene, incident_id) == ("closed", 2, None)


async def test_c4_what_the_incident_does_not_allow_any_more_is_not_approved(scene: Scene) -> None:
    incident_id, unit_id = await scene.call(), await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    approval_id = await ask(scene, incident_id)
    await scene.assign(incident_id, unit_id, after(1))
    with pytest.raises(IllegalTransition):
        async with scene.conn.transaction():
            await decide(scene, approval_id, ApprovalAct.APPROVE)
    assert (await scene.row("approval", approval_id))["status"] == "pending"


@pytest.mark.parametrize(("status", "act"), ILLEGAL)
async def test_c4_what_the_table_lacks_is_refused_and_changes_nothing(
    scene: Scene, status: ApprovalStatus, act: ApprovalAct
) -> None:
    ways = {
        ApprovalStatus.PENDING: [],
        ApprovalStatus.APPROVED: [ApprovalAct.APPROVE],
        ApprovalStatus.REFUSED: [ApprovalAct.REFUSE],
        ApprovalStatus.WITHDRAWN: [ApprovalAct.WITHDRAW],
        ApprovalStatus.ALONE: [ApprovalAct.GO_ALONE],
        ApprovalStatus.REVIEWED: [ApprovalAct.GO_ALONE, ApprovalAct.REVIEW],
        ApprovalStatus.OBJECTED: [ApprovalAct.GO_ALONE, ApprovalAct.OBJECT],
    }
    incident_id = await scene.call()
    approval_id = await ask(scene, incident_id)
    if status is ApprovalStatus.EXPIRED:
        await actions.expire_one(scene.conn, after(600))
    for step in ways.get(status, []):
        await decide(scene, approval_id, step, 5)
    before = await scene.row("approval", approval_id), await scene.facts(incident_id)
    assert before[0]["status"] == status
    with pytest.raises(IllegalTransition) as refused:
        await decide(scene, approval_id, act, 20)
    assert refused.value.context == {"state": status, "act": act}
    assert (await scene.row("approval", approval_id), await scene.facts(incident_id)) == before


async def test_c4_nobody_is_asked_for_a_closing_that_no_person_may_do(server: Running) -> None:
    sensitive = '{"close_without_visit": {"within_s": 600, "roles": ["dispatcher"], "alone": true}}'
    await server.sql("UPDATE rule SET value = %s WHERE name = 'sensitive_acts'", sensitive)
    desk = await server.desk()
    incident = await desk.call(*PLACE)
    with pytest.raises(ProblemAnswer) as refused:
        await desk.api.post(
            f"/incidents/{incident}/approvals",
            act="close_without_visit",
            value="transferred",
            reason="no_visit_needed",
        )
    assert [fault.field for fault in refused.value.errors] == ["value"]
    assert await server.sql("SELECT count(*) FROM approval") == [(0,)]
