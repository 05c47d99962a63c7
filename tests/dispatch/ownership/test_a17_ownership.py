"""A17: an incident has one owner at any instant, whoever hands it to whom, and wherever."""

import itertools
from typing import Any

import pytest

from dispatch.closing import actions as closing
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.links import actions as links
from dispatch.ownership import actions, queries
from dispatch.ownership.handoff import HANDOFF, HandoffAct, HandoffStatus
from dispatch.transfers import actions as transfers
from dispatch.transfers.transfer import TRANSFER, TransferAct, TransferStatus
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from kit.errors import Conflict, Forbidden, Invalid
from kit.states import IllegalTransition
from tests.support.beats import beat
from tests.support.scene import ARAK, DAY, DESK, Scene, after

COLLEAGUE = "colleague"
HANDING = [
    pair for pair in itertools.product(HandoffStatus, HandoffAct) if pair not in HANDOFF.rows
]
SENDING = [
    pair for pair in itertools.product(TransferStatus, TransferAct) if pair not in TRANSFER.rows
]


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def offer(scene: Scene, incident_id: int, at_s: float = 1, **more: Any) -> None:
    known = {"to": COLLEAGUE, "reason": "shift_change", "by": DESK}
    await actions.offer(scene.conn, incident_id, now=after(at_s), **{**known, **more})


async def end(scene: Scene, incident_id: int, act: HandoffAct, at_s: float = 2) -> None:
    conn, now = scene.conn, after(at_s)
    match act:
        case HandoffAct.ACCEPT:
            await actions.accept(conn, incident_id, now=now, by=COLLEAGUE)
        case HandoffAct.DECLINE:
            await actions.decline(conn, incident_id, reason="busy", now=now, by=COLLEAGUE)
        case HandoffAct.WITHDRAW:
            await actions.withdraw(conn, incident_id, now=now, by=DESK)


async def send(scene: Scene, incident_id: int, to: str = "qom", at_s: float = 1) -> None:
    await transfers.send(
        scene.conn, incident_id, to, reason="outside_area", now=after(at_s), day=DAY, by=DESK
    )


async def end_transfer(scene: Scene, incident_id: int, act: TransferAct, at_s: float = 2) -> None:
    if act is TransferAct.RECEIVE:
        await transfers.receive(
            scene.conn, incident_id, "خانم کریمی", now=after(at_s), by=COLLEAGUE
        )
    else:
        await transfers.take_back(
            scene.conn, incident_id, reason="unreachable", now=after(at_s), by=DESK
        )


async def owner(scene: Scene, incident_id: int) -> tuple[str, str | None, str | None]:
    row = await scene.row("incident", incident_id)
    return row["owner"], row["handing_to"], row["owner_desk"]


async def told(scene: Scene, kind: AlarmKind, at_s: float) -> list[tuple[Any, ...]]:
    """Do what the clockwork does at each beat; return the alarms: incident and who ended it."""
    await beat(scene.conn, kind, after(at_s))
    cursor = await scene.conn.execute(
        "SELECT incident_id, acknowledged_by AS by FROM alarm WHERE kind = %s ORDER BY id", (kind,)
    )
    return [tuple(row.values()) for row in await cursor.fetchall()]


async def test_a17_who_opens_it_owns_it_and_it_stays_so_until_another_accepts(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    assert await owner(scene, incident_id) == (DESK, None, None)
    await offer(scene, incident_id)
    assert await owner(scene, incident_id) == (DESK, COLLEAGUE, None)
    await end(scene, incident_id, HandoffAct.ACCEPT)
    assert await owner(scene, incident_id) == (COLLEAGUE, None, None)
    assert await scene.facts(incident_id) == [
        "incident_opened",
        "handoff_offered",
        "handoff_accepted",
    ]
    [kept] = (await queries.ownership(scene.conn, incident_id)).handoffs
    assert (kept.from_name, kept.to_name, kept.reason) == (DESK, COLLEAGUE, "shift_change")
    assert (kept.offered_at, kept.ended_at, kept.ended_by) == (after(1), after(2), COLLEAGUE)


@pytest.mark.parametrize("act", [HandoffAct.DECLINE, HandoffAct.WITHDRAW])
async def test_a17_what_is_not_accepted_stays_with_its_owner(scene: Scene, act: HandoffAct) -> None:
    incident_id = await scene.call()
    await offer(scene, incident_id)
    await end(scene, incident_id, act)
    assert await owner(scene, incident_id) == (DESK, None, None)
    await offer(scene, incident_id, 3)
    assert await owner(scene, incident_id) == (DESK, COLLEAGUE, None)


async def test_a17_only_the_owner_offers_and_only_the_one_asked_answers(scene: Scene) -> None:
    incident_id = await scene.call()
    with pytest.raises(Conflict) as refused:
        await offer(scene, incident_id, by=COLLEAGUE, to="third")
    assert refused.value.code == "not_owner"
    with pytest.raises(Invalid):
        await offer(scene, incident_id, to=DESK)
    with pytest.raises(Conflict) as nothing:
        await end(scene, incident_id, HandoffAct.ACCEPT)
    assert nothing.value.code == "no_handoff"
    await offer(scene, incident_id)
    with pytest.raises(Conflict) as again:
        await offer(scene, incident_id, to="third")
    assert again.value.code == "handoff_open"
    with pytest.raises(Forbidden):
        await actions.accept(scene.conn, incident_id, now=after(2), by="third")
    with pytest.raises(Forbidden):
        await actions.withdraw(scene.conn, incident_id, now=after(2), by="third")


async def test_a17_at_a_change_of_shift_all_of_ones_cases_go_in_one_act(scene: Scene) -> None:
    ids = [await scene.call(at=after(n)) for n in range(3)]
    await scene.call(owner="third")
    await offer(scene, ids[0], 3, to="third", reason="overload")
    offered = await actions.offer_all(
        scene.conn, COLLEAGUE, reason="shift_change", now=after(4), by=DESK
    )
    assert offered == ids[1:], "what is offered to somebody else stays so"
    assert [await owner(scene, id_) for id_ in ids[1:]] == [(DESK, COLLEAGUE, None)] * 2
    assert await actions.accept_all(scene.conn, now=after(5), by=COLLEAGUE) == ids[1:]
    assert [(await owner(scene, id_))[0] for id_ in ids] == [DESK, COLLEAGUE, COLLEAGUE]


async def test_a17_somebody_takes_over_with_a_reason_when_the_owner_is_gone(scene: Scene) -> None:
    incident_id = await scene.call()
    await offer(scene, incident_id, to="third")
    await actions.take_over(
        scene.conn, incident_id, reason="owner_left", now=after(2), by=COLLEAGUE
    )
    assert await owner(scene, incident_id) == (COLLEAGUE, None, None)
    assert (await scene.facts(incident_id))[-2:] == ["handoff_withdrawn", "incident_taken_over"]
    with pytest.raises(Conflict) as refused:
        await actions.take_over(
            scene.conn, incident_id, reason="ordered", now=after(3), by=COLLEAGUE
        )
    assert refused.value.code == "owner_already"


async def test_a17_an_incident_that_is_merged_away_is_offered_to_nobody(scene: Scene) -> None:
    one, into = await scene.call(), await scene.call()
    await offer(scene, one)
    await links.merge(scene.conn, one, into, now=after(2), by=DESK)
    assert await owner(scene, one) == (DESK, None, None)
    with pytest.raises(IllegalTransition):
        await end(scene, one, HandoffAct.ACCEPT, 3)


async def test_a17_sent_to_another_desk_it_is_ours_until_they_receive_it(scene: Scene) -> None:
    incident_id = await scene.call()
    await send(scene, incident_id)
    row = await scene.row("incident", incident_id)
    assert (row["status"], row["owner"], row["owner_desk"]) == ("transferring", DESK, None)
    await end_transfer(scene, incident_id, TransferAct.RECEIVE)
    row = await scene.row("incident", incident_id)
    assert (row["status"], row["disposition"], row["owner_desk"]) == (
        "closed",
        "transferred",
        "qom",
    )
    [kept] = (await queries.ownership(scene.conn, incident_id)).transfers
    assert (kept.sent_by, kept.sent_at, kept.reason) == (DESK, after(1), "outside_area")
    assert (kept.ended_by, kept.ended_at) == (COLLEAGUE, after(2))
    notes = (await incident_queries.private(scene.conn, incident_id))["notes"]
    assert [(note["about"], note["text"]) for note in notes] == [
        ("transfer_received", "خانم کریمی")
    ]


async def test_a17_it_is_transferred_once(scene: Scene) -> None:
    incident_id = await scene.call()
    await send(scene, incident_id)
    with pytest.raises(Conflict) as refused:
        await send(scene, incident_id, "tehran", 2)
    assert (refused.value.code, refused.value.status) == ("transferred_already", 409)
    assert "qom" in refused.value.detail
    await end_transfer(scene, incident_id, TransferAct.RECEIVE)
    with pytest.raises(Conflict) as later:
        await send(scene, incident_id, "tehran", 3)
    assert later.value.code == "transferred_already"
    with pytest.raises(Conflict) as back:
        await incidents.reopen(
            scene.conn, incident_id, reason="called_again", now=after(4), by=DESK
        )
    assert back.value.code == "transferred"


async def test_a17_what_they_do_not_take_comes_back_and_may_go_elsewhere(scene: Scene) -> None:
    incident_id = await scene.call()
    await send(scene, incident_id)
    await end_transfer(scene, incident_id, TransferAct.TAKE_BACK)
    row = await scene.row("incident", incident_id)
    assert (row["status"], row["status_at"], row["transfer_to"]) == ("waiting", after(2), None)
    await send(scene, incident_id, "tehran", 3)
    found = (await queries.ownership(scene.conn, incident_id)).transfers
    assert [(one.to_desk, one.status) for one in found] == [
        ("qom", "taken_back"),
        ("tehran", "sent"),
    ]


async def test_a17_while_a_unit_is_on_it_it_goes_nowhere(scene: Scene) -> None:
    incident_id, unit_id = await scene.call(), await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    await scene.assign(incident_id, unit_id)
    with pytest.raises(IllegalTransition) as refused:
        await send(scene, incident_id)
    assert refused.value.context == {"state": "responding", "act": "transfer"}


async def test_a17_its_open_offer_is_withdrawn_and_nobody_is_sent_any_more(scene: Scene) -> None:
    incident_id, unit_id = await scene.call(), await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    offered = await scene.offer(incident_id, unit_id, go_on=True)
    await send(scene, incident_id)
    row = await scene.row("offer", offered["id"])
    assert (row["status"], row["reason"]) == ("withdrawn", "incident_transferred")
    assert (await scene.row("unit", unit_id))["status"] == "available"
    assert not (await scene.row("incident", incident_id))["seeking"]
    with pytest.raises(IllegalTransition):
        await scene.assign(incident_id, unit_id, after(2))


@pytest.mark.parametrize(("status", "act"), HANDING)
async def test_a17_what_the_table_of_hand_overs_lacks_is_refused(
    scene: Scene, status: HandoffStatus, act: HandoffAct
) -> None:
    ways = {
        HandoffStatus.ACCEPTED: HandoffAct.ACCEPT,
        HandoffStatus.DECLINED: HandoffAct.DECLINE,
        HandoffStatus.WITHDRAWN: HandoffAct.WITHDRAW,
    }
    incident_id = await scene.call()
    await offer(scene, incident_id)
    await end(scene, incident_id, ways[status])
    before = await scene.facts(incident_id)
    with pytest.raises(IllegalTransition) as refused:
        await end(scene, incident_id, act, 3)
    assert refused.value.context == {"state": status, "act": act}
    assert await scene.facts(incident_id) == before


@pytest.mark.parametrize(("status", "act"), SENDING)
async def test_a17_what_the_table_of_transfers_lacks_is_refused(
    scene: Scene, status: TransferStatus, act: TransferAct
) -> None:
    ways = {
        TransferStatus.RECEIVED: TransferAct.RECEIVE,
        TransferStatus.TAKEN_BACK: TransferAct.TAKE_BACK,
    }
    incident_id = await scene.call()
    await send(scene, incident_id)
    await end_transfer(scene, incident_id, ways[status])
    with pytest.raises(IllegalTransition) as refused:
        await end_transfer(scene, incident_id, act, 3)
    assert refused.value.context == {"state": status, "act": act}


async def test_a17_a_hand_over_that_nobody_answers_alarms_once_and_ends_with_the_answer(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    await offer(scene, incident_id, 0)
    assert await told(scene, AlarmKind.HANDOFF_UNANSWERED, 299) == []
    for at_s in (300, 301):
        assert await told(scene, AlarmKind.HANDOFF_UNANSWERED, at_s) == [(incident_id, None)]
    await end(scene, incident_id, HandoffAct.ACCEPT, 302)
    assert await told(scene, AlarmKind.HANDOFF_UNANSWERED, 303) == [(incident_id, "system")]


@pytest.mark.parametrize(("priority", "seconds"), [(1, 180), (2, 300), (3, 900), (4, 1800)])
async def test_a17_a_transfer_that_nobody_receives_alarms_by_its_priority(
    scene: Scene, priority: int, seconds: float
) -> None:
    incident_id = await scene.call(priority=priority)
    await send(scene, incident_id, at_s=0)
    assert await told(scene, AlarmKind.TRANSFER_UNRECEIVED, seconds - 1) == []
    assert await told(scene, AlarmKind.TRANSFER_UNRECEIVED, seconds) == [(incident_id, None)]
    await end_transfer(scene, incident_id, TransferAct.RECEIVE, seconds + 1)
    assert await told(scene, AlarmKind.TRANSFER_UNRECEIVED, seconds + 2) == [
        (incident_id, "system")
    ]


async def test_a17_an_owner_whose_account_is_shut_alarms_until_somebody_takes_over(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    await scene.conn.execute(
        "UPDATE account SET disabled_at = %s WHERE name = %s", (after(5), DESK)
    )
    assert await told(scene, AlarmKind.OWNER_GONE, 6) == [(incident_id, None)]
    await actions.take_over(
        scene.conn, incident_id, reason="owner_left", now=after(7), by=COLLEAGUE
    )
    assert await told(scene, AlarmKind.OWNER_GONE, 8) == [(incident_id, "system")]


async def test_a17_nobody_closes_it_as_transferred_by_hand(scene: Scene) -> None:
    incident_id = await scene.call()
    by_hand = closing.Closing("transferred", why_no_follow_up="other")
    with pytest.raises(Invalid):
        await closing.close(scene.conn, incident_id, by_hand, now=after(1), day=DAY, by=DESK)
    assert (await scene.row("incident", incident_id))["status"] == "waiting"


async def test_a17_an_incident_reopened_for_an_owner_who_is_gone_alarms_again(scene: Scene) -> None:
    incident_id = await scene.call()
    await scene.conn.execute(
        "UPDATE account SET disabled_at = %s WHERE name = %s", (after(5), DESK)
    )
    assert await told(scene, AlarmKind.OWNER_GONE, 6) == [(incident_id, None)]
    await incidents.close(
        scene.conn, incident_id, disposition="no_contact", note=None, now=after(7), by=COLLEAGUE
    )
    assert await told(scene, AlarmKind.OWNER_GONE, 8) == [(incident_id, "system")]
    await incidents.reopen(
        scene.conn, incident_id, reason="called_again", now=after(9), by=COLLEAGUE
    )
    again = [(incident_id, "system"), (incident_id, None)]
    assert await told(scene, AlarmKind.OWNER_GONE, 10) == again
    assert await told(scene, AlarmKind.OWNER_GONE, 11) == again
