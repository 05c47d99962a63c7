"""A person who was transported is handed over to somebody, or the incident stays open."""

import asyncio
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.closing import actions as closings
from dispatch.closing.actions import Closing
from dispatch.closing.lack import ClosingLacks
from dispatch.handovers import actions as handovers
from dispatch.handovers.actions import HandOver
from dispatch.links import actions as links
from dispatch.milestones import actions as milestones
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.pair import Pair
from tests.support.scene import DAY, DESK, Scene, after
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
TAKEN = {"receiver": "hospital", "condition": "injured", "receipt_no": "R-778", "note": "calm"}
TO_THE_END = (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.TRANSPORTING)
ROUNDS = 6


async def carried(server: Running, *last: Milestone) -> tuple[Desk, Crew, int, int]:
    """Return a desk, a crew that transported somebody, the incident and the assignment."""
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    incident_id = await desk.call(*ARAK)
    assert crew.state
    job = await desk.assign(incident_id, crew.state.unit.id)
    for milestone in (*TO_THE_END, Milestone.AT_DESTINATION, *last):
        await crew.reach(milestone)
    return desk, crew, incident_id, job


async def refused(desk: Desk, incident_id: int, disposition: str = "transported") -> ProblemAnswer:
    with pytest.raises(ProblemAnswer) as answer:
        await desk.close_incident(incident_id, disposition)
    return answer.value


async def test_b12_an_incident_cannot_close_transported_without_a_hand_over(
    server: Running,
) -> None:
    desk, crew, incident_id, job = await carried(server, Milestone.CLEARED)
    refusal = await refused(desk, incident_id)
    assert (refusal.status, refusal.code) == (409, "closing_lacks")
    assert refusal.context == {"lacks": ["hand_over"]}
    assert "no hand-over is recorded" in refusal.detail
    made = await crew.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
    listed = await desk.api.get(f"/incidents/{incident_id}/hand-overs")
    assert listed == {"hand_overs": [made]}
    assert (made["receiver"], made["condition"], made["recorded_by"]) == (
        "hospital",
        "injured",
        "ark-1",
    )
    await desk.close_incident(incident_id, "transported")
    with pytest.raises(ProblemAnswer) as late:
        await crew.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
    assert (late.value.status, late.value.code) == (409, "illegal_transition")


async def test_b12_every_unit_that_transported_owes_one(server: Running) -> None:
    desk, crew, incident_id, job = await carried(server)
    second = await server.crew_at("ark-2", *ARAK)
    assert second.state
    other = await desk.assign(incident_id, second.state.unit.id, backup=True)
    for milestone in (*TO_THE_END, Milestone.AT_DESTINATION, Milestone.CLEARED):
        await second.reach(milestone)
    await crew.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
    await crew.reach(Milestone.CLEARED)
    assert (await refused(desk, incident_id)).code == "closing_lacks"
    await desk.api.post(f"/assignments/{other}/hand-overs", **TAKEN)
    await desk.close_incident(incident_id, "transported")


async def test_b12_a_closing_otherwise_needs_none(server: Running) -> None:
    desk, _, incident_id, _ = await carried(server, Milestone.CLEARED)
    await desk.close_incident(incident_id, "refused")


async def test_b12_recording_it_at_the_destination_reports_the_step(server: Running) -> None:
    desk, crew, incident_id, job = await carried(server)
    await crew.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
    await desk.socket.until(lambda: desk.board.assignments[job].handed_over_at)
    timeline = await desk.api.get(f"/incidents/{incident_id}/timeline")
    told = [(fact["kind"], fact.get("reason")) for fact in timeline["facts"]][-2:]
    assert told == [("hand_over_recorded", "hospital"), ("milestone_reached", None)]


async def test_b12_who_received_stands_apart_and_each_read_is_written_down(
    server: Running,
) -> None:
    desk, crew, incident_id, job = await carried(server)
    secret = {"receiver_name": "Nurse Secretpour", "receipt_no": "R-778", "note": "Whispered"}
    made = await crew.api.post(f"/assignments/{job}/hand-overs", **{**TAKEN, **secret})
    assert await desk.api.get(f"/hand-overs/{made['id']}/private") == secret
    read = await server.sql("SELECT by_name, role, incident_id, part FROM private_read")
    assert read == [("dispatcher", "dispatcher", incident_id, f"hand_over/{made['id']}")]
    told = [str(made), str(await desk.api.get(f"/incidents/{incident_id}/timeline"))]
    told += [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    told += [server.app.state.hub.snapshot()]
    assert not [text for text in told for one in secret.values() if one in text]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"receiver": "somewhere"}, "receiver"),
        ({"condition": "fine"}, "condition"),
        ({"receipt_no": None}, "body"),
        ({"handed_at": "2999-01-01T00:00:00Z"}, "handed_at"),
    ],
)
async def test_b12_a_bad_record_is_refused(
    server: Running, change: dict[str, Any], field: str
) -> None:
    desk, _, _, job = await carried(server)
    body = {**TAKEN, **change}
    with pytest.raises(ProblemAnswer) as refusal:
        await desk.api.post(f"/assignments/{job}/hand-overs", **body)
    assert refusal.value.status == 422
    assert [fault.field for fault in refusal.value.errors] == [field]


async def test_b12_only_the_own_crew_and_only_one_that_was_there(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    other = await server.crew("ark-2")
    assert crew.state
    job = await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    for who, code in ((other, "forbidden"), (crew, "not_on_scene")):
        with pytest.raises(ProblemAnswer) as refusal:
            await who.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
        assert refusal.value.code == code


async def _transported(pair: Pair) -> int:
    """Bring the pair's first incident to where it only lacks the hand-over."""
    async with pair.db.write() as conn:
        job = await Scene(conn).assign(pair.one, pair.unit_id)
        for n, one in enumerate((*TO_THE_END, Milestone.AT_DESTINATION, Milestone.CLEARED)):
            await milestones.reach(
                conn, job["id"], one, now=after(n), day=DAY, device_at=None, by="crew"
            )
    return int(job["id"])


@pytest.mark.parametrize(
    ("disposition", "close_first"),
    [("transported", ("closing_lacks", "done")), ("other", ("done", "illegal_transition"))],
)
async def test_b12_hand_over_against_close_has_one_order(
    pair: Pair, disposition: str, close_first: tuple[str, str]
) -> None:
    job = await _transported(pair)

    async def hand_over(scene: Scene) -> None:
        one = HandOver("hospital", "injured", receipt_no="1")
        await handovers.record(scene.conn, job, one, now=after(20), day=DAY, by="crew")

    async def close(scene: Scene) -> None:
        how = Closing(disposition)
        await closings.close(scene.conn, pair.one, how, now=after(20), day=DAY, by=DESK)

    async with pair.db.read() as one, pair.db.read() as two:
        assert (await pair.alone(close, one), await pair.alone(hand_over, two)) == close_first


async def test_b12_who_hands_over_first_lets_the_close_that_waits_go_through(pair: Pair) -> None:
    job = await _transported(pair)

    async def hand_over(scene: Scene) -> None:
        one = HandOver("hospital", "injured", receipt_no="1")
        await handovers.record(scene.conn, job, one, now=after(20), day=DAY, by="crew")

    async def close(scene: Scene) -> None:
        how = Closing("transported")
        await closings.close(scene.conn, pair.one, how, now=after(20), day=DAY, by=DESK)

    assert await pair.race(hand_over, close) == ("done", "done")


async def test_b12_racing_clients_never_leave_a_transport_closed_without_it(
    server: Running,
) -> None:
    desk, _, incident_id, job = await carried(server, Milestone.CLEARED)

    async def ask(path: str, **body: Any) -> str:
        try:
            await desk.api.post(path, **body)
        except ProblemAnswer as refusal:
            return refusal.code
        return "done"

    for _ in range(ROUNDS):
        came = await asyncio.gather(
            ask(f"/incidents/{incident_id}/close", disposition="transported"),
            ask(f"/assignments/{job}/hand-overs", **TAKEN),
            ask(f"/incidents/{incident_id}/close", disposition="transported"),
        )
        assert set(came) <= {"done", "closing_lacks", "illegal_transition"}
        ((status, hand_overs),) = await server.sql(
            "SELECT status, (SELECT count(*) FROM hand_over) FROM incident"
        )
        assert status != "closed" or hand_overs > 0
    assert status == "closed"


async def test_b12_what_a_merged_report_owes_is_owed_by_the_one_it_goes_on_in(pair: Pair) -> None:
    await _transported(pair)
    async with pair.db.write() as conn:
        await links.merge(conn, pair.one, pair.two, now=after(15), by=DESK)
    async with pair.db.write() as conn:
        how = Closing("transported")
        with pytest.raises(ClosingLacks, match="no hand-over"):
            await closings.close(conn, pair.two, how, now=after(20), day=DAY, by=DESK)


async def test_b12_the_next_shift_records_no_hand_over_of_the_last(server: Running) -> None:
    _, crew, _, job = await carried(server, Milestone.CLEARED)
    assert crew.state
    ((shift,),) = await server.sql("SELECT id FROM shift WHERE ended_at IS NULL")
    await crew.api.post(f"/shifts/{shift}/end")
    await crew.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
    await crew.start_shift(crew.state.unit.id)
    with pytest.raises(ProblemAnswer, match="forbidden"):
        await crew.api.post(f"/assignments/{job}/hand-overs", **TAKEN)
    assert await server.sql("SELECT count(*) FROM hand_over") == [(1,)]
