"""A referral stands on every board, and with somebody of ours, until its agency answers for it."""

import itertools
from typing import Any

import pytest

from dispatch.closing import actions as closings
from dispatch.closing.actions import Closing
from dispatch.closing.lack import ClosingLacks
from dispatch.referrals import actions as referrals
from dispatch.referrals.referral import REFERRAL, ReferralAct, ReferralStatus
from dispatch.watches.actions import end_over, tell_due
from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from kit.states import IllegalTransition
from realtime import snapshot
from server.clients.api import ProblemAnswer
from tests.support.beats import beat
from tests.support.pair import Pair
from tests.support.scene import DAY, DESK, NOW, Scene, after
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
WAYS: dict[ReferralStatus, tuple[ReferralAct, ...]] = {
    ReferralStatus.SENT: (),
    ReferralStatus.ACKNOWLEDGED: (ReferralAct.ACKNOWLEDGE,),
    ReferralStatus.ACCEPTED: (ReferralAct.ACKNOWLEDGE, ReferralAct.ACCEPT),
    ReferralStatus.REFUSED: (ReferralAct.ACKNOWLEDGE, ReferralAct.REFUSE),
    ReferralStatus.CLOSED: (ReferralAct.WITHDRAW,),
}
REASONS = {"refuse": "no_capacity", "withdraw": "sent_by_mistake", "close": "service_given"}


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def sent(scene: Scene, *acts: ReferralAct, owner: str | None = DESK) -> tuple[int, int]:
    """Return an incident and a referral of it that went through ``acts``."""
    incident_id = await scene.call()
    made = await referrals.send(
        scene.conn, incident_id, agency="school", reason="schooling", owner=owner, now=NOW, by=DESK
    )
    for n, act in enumerate(acts, 1):
        await do(scene.conn, made, act, n)
    return incident_id, made


async def do(conn: Connection, referral_id: int, act: ReferralAct, at_s: float) -> None:
    reason = REASONS.get(act)
    await referrals.act(conn, referral_id, act, reason=reason, now=after(at_s), by=f"by-{act}")


async def look(conn: Connection, at_s: float) -> list[dict[str, Any]]:
    """Do what the clockwork does at each beat; return the alarms of referrals."""
    await beat(conn, AlarmKind.REFERRAL, after(at_s))
    cursor = await conn.execute(
        """SELECT id, incident_id, reason, acknowledged_by AS by FROM alarm
           WHERE kind = 'referral' ORDER BY id"""
    )
    return await cursor.fetchall()


async def test_a16_an_unacknowledged_referral_stays_on_the_board_and_alarms_once(
    scene: Scene,
) -> None:
    incident_id, made = await sent(scene)
    assert await look(scene.conn, 3599) == []
    (alarm,) = await look(scene.conn, 3600)
    assert (alarm["incident_id"], alarm["reason"]) == (incident_id, "referral_unacknowledged")
    await alarms.acknowledge(scene.conn, alarm["id"], now=after(3700), by=DESK)
    assert len(await look(scene.conn, 90_000)) == 1
    assert [one.id for one in (await snapshot.read(scene.conn)).referrals] == [made]


async def test_a16_the_agencys_acknowledgement_ends_the_alarm(scene: Scene) -> None:
    _, made = await sent(scene)
    await look(scene.conn, 3600)
    await do(scene.conn, made, ReferralAct.ACKNOWLEDGE, 3700)
    assert [one["by"] for one in await look(scene.conn, 3701)] == ["system"]


async def test_a16_each_step_keeps_who_when_and_why(scene: Scene) -> None:
    steps = (ReferralAct.ACKNOWLEDGE, ReferralAct.REFUSE, ReferralAct.CLOSE)
    incident_id, made = await sent(scene, *steps)
    row = await scene.row("referral", made)
    kept = ("sent", "acknowledged", "answered", "closed")
    assert [(row[f"{one}_at"], row[f"{one}_by"]) for one in kept] == [
        (NOW, DESK),
        (after(1), "by-acknowledge"),
        (after(2), "by-refuse"),
        (after(3), "by-close"),
    ]
    cursor = await scene.conn.execute(
        "SELECT kind, body->>'reason' AS why FROM journal WHERE stream = %s ORDER BY id",
        (f"incident/{incident_id}",),
    )
    assert [(row["kind"], row["why"]) for row in await cursor.fetchall()][1:] == [
        ("referral_sent", "schooling"),
        ("referral_acknowledged", None),
        ("referral_refused", "no_capacity"),
        ("referral_closed", "service_given"),
    ]


@pytest.mark.parametrize(
    ("status", "act"),
    [
        pytest.param(status, act, id=f"{status}-{act}")
        for status, act in itertools.product(ReferralStatus, ReferralAct)
    ],
)
async def test_a16_every_step_from_every_status_is_done_or_refused_and_changes_nothing(
    scene: Scene, status: ReferralStatus, act: ReferralAct
) -> None:
    _, made = await sent(scene, *WAYS[status])
    before = await scene.row("referral", made)
    assert before["status"] == status
    if (status, act) in REFERRAL.rows:
        await do(scene.conn, made, act, 60)
        assert (await scene.row("referral", made))["status"] == REFERRAL.rows[status, act]
        return
    with pytest.raises(IllegalTransition):
        await do(scene.conn, made, act, 60)
    assert await scene.row("referral", made) == before


@pytest.mark.parametrize("status", ReferralStatus)
async def test_a16_an_incident_closes_over_referrals_that_somebody_answers_for(
    scene: Scene, status: ReferralStatus
) -> None:
    async def close() -> None:
        how = Closing("other")
        await closings.close(scene.conn, incident_id, how, now=after(99), day=DAY, by=DESK)

    incident_id, made = await sent(scene, *WAYS[status], owner=None)
    if status in {"accepted", "closed"}:
        await close()
        return
    with pytest.raises(ClosingLacks) as refused:
        await close()
    assert refused.value.context == {"lacks": ["referral_owner"]}
    await do(scene.conn, made, ReferralAct.TAKE, 90)
    await close()
    assert [one.owner for one in (await snapshot.read(scene.conn)).referrals] == ["by-take"]


async def test_a16_of_two_answers_at_once_one_wins(pair: Pair) -> None:
    async with pair.db.write() as conn:
        made = await referrals.send(
            conn, pair.one, agency="school", reason="other", owner=DESK, now=NOW, by=DESK
        )
        await do(conn, made, ReferralAct.ACKNOWLEDGE, 1)

    async def accept(scene: Scene) -> None:
        await do(scene.conn, made, ReferralAct.ACCEPT, 2)

    async def refuse(scene: Scene) -> None:
        await do(scene.conn, made, ReferralAct.REFUSE, 2)

    assert await pair.race(accept, refuse) == ("done", "illegal_transition")


async def test_a16_a_crew_refers_and_a_dispatcher_takes_it_over(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    incident_id = await desk.call(*ARAK)
    assert crew.state
    await desk.assign(incident_id, crew.state.unit.id)
    body = {"agency": "hospital", "reason": "injury", "note": "Ask for Dr. Secretpour"}
    made = await crew.api.post(f"/incidents/{incident_id}/referrals", **body)
    assert (made["owner"], made["sent_by"]) == (None, "ark-1")
    await desk.socket.until(lambda: made["id"] in desk.board.referrals)
    there = f"/referrals/{made['id']}"
    taken = await desk.api.post(f"{there}/take", once=False)
    assert (taken["owner"], taken["status"]) == ("dispatcher", "sent")
    for act, more, field in (
        ("withdraw", {}, "reason"),
        ("withdraw", {"reason": "no such"}, "reason"),
        ("acknowledge", {"reason": "other"}, "reason"),
    ):
        with pytest.raises(ProblemAnswer) as refusal:
            await desk.api.post(f"{there}/{act}", once=False, **more)
        assert [fault.field for fault in refusal.value.errors] == [field]
    with pytest.raises(ProblemAnswer) as early:
        await desk.api.post(f"{there}/accept", once=False)
    assert (early.value.status, early.value.code) == (409, "illegal_transition")
    await desk.api.post(f"{there}/withdraw", once=False, reason="other", note="Secretpour is away")
    await desk.socket.until(lambda: not desk.board.referrals)
    told = [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    assert not [text for text in told if "Secretpour" in text]
    private = await desk.api.get(f"/incidents/{incident_id}/private")
    assert [note["about"] for note in private["notes"]] == ["referral_sent", "referral_closed"]
    listed = await desk.api.get("/referrals", incident_id=incident_id, closed=True)
    assert [one["id"] for one in listed["referrals"]] == [made["id"]]
    assert await desk.api.get("/referrals", closed=False) == {"referrals": []}


async def test_a16_every_agency_has_a_channel(server: Running) -> None:
    desk = await server.desk(connect=False)
    agencies = (await desk.api.get("/codes"))["agency"]
    assert len(agencies) == 11
    assert all(agency["channel"] for agency in agencies)


async def gone(scene: Scene, at_s: float) -> list[tuple[Any, ...]]:
    """Do what the clockwork does at each beat; return the alarms of owners who are gone."""
    await end_over(scene.conn, AlarmKind.OWNER_GONE, after(at_s), DAY)
    await tell_due(scene.conn, AlarmKind.OWNER_GONE, after(at_s), DAY)
    cursor = await scene.conn.execute(
        """SELECT incident_id, reason, acknowledged_by AS by FROM alarm
           WHERE kind = 'owner_gone' ORDER BY id"""
    )
    return [tuple(row.values()) for row in await cursor.fetchall()]


@pytest.mark.parametrize("status", WAYS)
async def test_a16_whose_owner_is_gone_alarms_until_somebody_takes_it_or_the_agency_has_it(
    scene: Scene, status: ReferralStatus
) -> None:
    incident_id, made = await sent(scene, *WAYS[status])
    over = Closing("resolved_on_scene", why_no_follow_up="other")
    await closings.close(scene.conn, incident_id, over, now=after(9), day=DAY, by=DESK)
    await scene.conn.execute("UPDATE account SET disabled_at = %s WHERE name = %s", (NOW, DESK))
    alarm = (incident_id, "referral_owner_gone")
    needed = [] if status in {ReferralStatus.ACCEPTED, ReferralStatus.CLOSED} else [alarm]
    for at_s in (10, 11):
        assert await gone(scene, at_s) == [(*one, None) for one in needed]
    if needed:
        await do(scene.conn, made, ReferralAct.TAKE, 12)
    assert await gone(scene, 13) == [(*one, "system") for one in needed]
