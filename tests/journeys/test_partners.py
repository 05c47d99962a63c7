"""Relays to another agency's system and from it, against a stub on loopback: F6."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from dispatch.partners import actions
from kit.clock import now
from kit.db import Database
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.partners import SECRET, StubPartner, partner
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)
PRIVATE = ("12 Secret Street", "a secret", "Nobody", "0912", "34.0863")


def known(stub: StubPartner, **more: Any) -> dict[str, Any]:
    return {"url": stub.url, "secret": SECRET, "channel": "110", **more}


@pytest.fixture
async def stub() -> AsyncIterator[StubPartner]:
    async with partner("police_110") as running:
        yield running


@pytest.fixture
async def server(dsn: str, stub: StubPartner) -> AsyncIterator[Running]:
    async with serving(dsn, partners={stub.name: known(stub)}) as running:
        yield running


async def call(desk: Desk) -> int:
    return await desk.call(
        *ARAK,
        address="12 Secret Street",
        narrative="a secret",
        caller_name="Nobody",
        caller_phone="09120000000",
    )


async def relay(desk: Desk, incident_id: int, **more: Any) -> Any:
    path = f"/incidents/{incident_id}/relays"
    return await desk.api.post(path, partner="police_110", **more)


async def stands(desk: Desk, kind: str) -> None:
    await desk.socket.until(lambda: any(fact.kind == kind for fact in desk.facts))


def alarms(desk: Desk) -> set[str]:
    return {alarm.kind for alarm in desk.board.alarms.values()}


async def shown(desk: Desk, incident_id: int) -> Any:
    return (await desk.api.get(f"/incidents/{incident_id}/relays"))["relays"][-1]


async def test_f6_round_trip_out_a_task_is_handed_over_and_acknowledged(
    server: Running, stub: StubPartner
) -> None:
    desk = await server.desk()
    incident_id = await call(desk)
    task = await desk.api.post(f"/incidents/{incident_id}/tasks", kind="police")
    await relay(desk, incident_id, task_id=task["id"])
    letter = await stub.until_sent()
    assert (letter["incident_id"], letter["kind"], letter["priority"]) == (incident_id, "police", 2)
    assert not [word for word in PRIVATE if word in json.dumps(letter)]
    await stands(desk, "relay_sent")
    answer = {"key": letter["key"], "event": "acknowledged", "reference": "110-7"}
    assert (await stub.say(server.base, "answers", **answer)).status_code == 200
    await stands(desk, "relay_acknowledged")
    found = await shown(desk, incident_id)
    assert (found["status"], found["reference"]) == ("acknowledged", "110-7")
    assert found["sent_at"] <= found["answered_at"]
    await desk.socket.until(lambda: desk.board.tasks[task["id"]].status == "taken")
    assert desk.board.tasks[task["id"]].taken_by == "partner/police_110"
    again = await stub.say(server.base, "answers", **answer)
    assert again.status_code == 200, "said again it is no news"
    assert [f.kind for f in desk.facts].count("relay_acknowledged") == 1
    contrary = await stub.say(server.base, "answers", key=letter["key"], event="refused")
    assert (contrary.status_code, contrary.json()["code"]) == (409, "illegal_transition")
    assert len(stub.tries) == 1


async def test_f6_round_trip_in_a_call_rings_with_its_origin_once(
    server: Running, stub: StubPartner
) -> None:
    desk = await server.desk()
    said = {"id": "110/55", "caller_phone": "0912", "told": "a boy alone at the station"}
    first = await stub.say(server.base, "calls", **said)
    assert first.status_code == 200, first.text
    again = await stub.say(server.base, "calls", **said)
    call_id = first.json()["call_id"]
    assert (first.json()["again"], again.json()) == (False, {"call_id": call_id, "again": True})
    await desk.socket.until(lambda: call_id in desk.board.calls)
    ringing = desk.board.calls[call_id]
    assert (ringing.status, ringing.channel, ringing.incident_id) == ("ringing", "110", None)
    assert not desk.board.incidents
    who = await desk.api.get(f"/calls/{call_id}/private")
    assert (who["origin"], who["external_id"]) == ("police_110", "110/55")
    assert (who["told"], who["caller_phone"]) == (said["told"], "0912")
    await desk.api.post(f"/calls/{call_id}/answer", once=False)
    opened = await desk.call(*ARAK, call_id=call_id)
    assert desk.board.calls[call_id].incident_id == opened or opened
    facts = await server.sql("SELECT body::text FROM journal")
    assert not [row for row in facts if "station" in row[0] or "0912" in row[0]]


async def test_f6_what_cannot_be_reached_is_tried_again_under_the_same_key(
    server: Running, stub: StubPartner
) -> None:
    stub.answers = [503, 429]
    desk = await server.desk()
    incident_id = await call(desk)
    await relay(desk, incident_id)
    await stub.until_sent(3)
    await stands(desk, "relay_sent")
    assert len({letter["key"] for letter in stub.tries}) == 1
    assert (await shown(desk, incident_id))["tries"] == 3


async def test_f6_what_is_rejected_or_not_acknowledged_alarms_until_it_is(
    server: Running, stub: StubPartner
) -> None:
    await server.sql("UPDATE rule SET value = '0' WHERE name = 'relay_acknowledge_within_s'")
    stub.answers = [400]
    desk = await server.desk()
    incident_id = await call(desk)
    await relay(desk, incident_id)
    await stands(desk, "relay_failed")
    assert (await shown(desk, incident_id))["failure"] == "partner_rejected"
    await desk.socket.until(
        lambda: (
            [a.reason for a in desk.board.alarms.values() if a.kind == "relay"]
            == ["relay_unacknowledged"]
        )
    )
    key = stub.tries[-1]["key"]
    await stub.say(server.base, "answers", key=key, event="acknowledged")
    await desk.socket.until(lambda: "relay" not in alarms(desk))


async def test_f6_of_an_incident_that_is_closed_nothing_is_told_any_more(
    server: Running, stub: StubPartner
) -> None:
    stub.answers = [503] * 8
    desk = await server.desk()
    incident_id, other_id = await call(desk), await call(desk)
    await relay(desk, incident_id)
    await stub.until_sent()
    await server.sql("UPDATE relay SET next_try_at = 'infinity'")
    await desk.close_incident(incident_id)
    await server.sql("UPDATE relay SET next_try_at = now()")
    await stands(desk, "relay_failed")
    assert (await shown(desk, incident_id))["failure"] == "incident_closed"
    told, stub.answers = len(stub.tries), []
    await relay(desk, other_id)
    await stands(desk, "relay_sent")
    assert [letter["incident_id"] for letter in stub.tries[told:]] == [other_id]


async def test_f6_of_what_was_merged_nothing_is_told_once_the_other_is_closed(
    server: Running, stub: StubPartner
) -> None:
    stub.answers = [503] * 8
    desk = await server.desk()
    incident_id, middle_id, root_id = [await call(desk) for _ in range(3)]
    await relay(desk, incident_id)
    await stub.until_sent()
    await server.sql("UPDATE relay SET next_try_at = 'infinity'")
    for one, into in ((incident_id, middle_id), (middle_id, root_id)):
        await desk.api.post(f"/incidents/{one}/merge", into=into)
    await server.sql("UPDATE relay SET next_try_at = now()")
    await stub.until_sent(len(stub.tries) + 1)
    await server.sql("UPDATE relay SET next_try_at = 'infinity'")
    await desk.close_incident(root_id)
    await server.sql("UPDATE relay SET next_try_at = now()")
    await stands(desk, "relay_failed")
    assert (await shown(desk, incident_id))["failure"] == "incident_closed"


async def test_f6_a_relay_is_passed_over_while_its_incident_is_held(
    server: Running, stub: StubPartner, db: Database
) -> None:
    incident_id = await call(await server.desk())
    async with db.write() as holder, db.write() as conn:
        await server.sql(
            """INSERT INTO relay (incident_id, partner, queued_at, queued_by, next_try_at,
                 changed_at) VALUES (%s, 'another', now(), 'x', now(), now())""",
            incident_id,
        )
        await holder.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
        known = server.app.state.settings.partners
        assert await actions.next_to_send(conn, known, "another", now()) is None
        await holder.execute("SELECT FROM relay FOR UPDATE NOWAIT")


async def test_f6_what_is_shared_beyond_codes_is_configured_and_audited(
    dsn: str, stub: StubPartner
) -> None:
    partners = {stub.name: known(stub, share=["place"])}
    async with serving(dsn, partners=partners) as server:
        desk = await server.desk()
        await relay(desk, await call(desk))
        letter = await stub.until_sent()
        assert letter["private"]["address"] == "12 Secret Street"
        assert not [word for word in ("a secret", "Nobody", "0912") if word in json.dumps(letter)]
        reads = await server.sql("SELECT by_name, role FROM private_read")
        assert reads == [("partner/police_110", "partner")]


async def test_f6_a_second_relay_waits_for_the_answer_to_the_first(
    server: Running, stub: StubPartner
) -> None:
    desk = await server.desk()
    incident_id = await call(desk)
    await relay(desk, incident_id)
    with pytest.raises(ProblemAnswer) as refused:
        await relay(desk, incident_id)
    assert (refused.value.status, refused.value.code) == (409, "already_relayed")
    with pytest.raises(ProblemAnswer) as unknown:
        await desk.api.post(f"/incidents/{incident_id}/relays", partner="nobody")
    assert (unknown.value.status, unknown.value.errors[0].field) == (422, "partner")


async def test_f6_who_waits_no_more_gives_it_up_and_hands_it_over_anew(
    server: Running, stub: StubPartner
) -> None:
    await server.sql("UPDATE rule SET value = '0' WHERE name = 'relay_acknowledge_within_s'")
    desk = await server.desk()
    incident_id = await call(desk)
    first = await relay(desk, incident_id)
    letter = await stub.until_sent()
    await stands(desk, "relay_sent")
    await desk.socket.until(lambda: "relay" in alarms(desk))
    given_up = await desk.api.post(f"/relays/{first['id']}/give-up", once=False)
    assert (given_up["status"], given_up["failure"]) == ("failed", "given_up")
    await stands(desk, "relay_failed")
    await desk.socket.until(lambda: "relay" not in alarms(desk))
    with pytest.raises(ProblemAnswer) as refused:
        await desk.api.post(f"/relays/{first['id']}/give-up", once=False)
    assert (refused.value.status, refused.value.code) == (409, "illegal_transition")
    await relay(desk, incident_id)
    assert (await stub.until_sent(2))["key"] != letter["key"]
    late = await stub.say(server.base, "answers", key=letter["key"], event="acknowledged")
    assert late.status_code == 200, "what it answers late counts"


async def test_f6_each_task_is_handed_over_by_itself_beside_the_incident(
    server: Running, stub: StubPartner
) -> None:
    desk = await server.desk()
    incident_id = await call(desk)
    tasks = [
        (await desk.api.post(f"/incidents/{incident_id}/tasks", kind=kind))["id"]
        for kind in ("police", "ambulance")
    ]
    for task_id in (None, *tasks):
        await relay(desk, incident_id, task_id=task_id)
    await stub.until_sent(3)
    assert {letter["kind"] for letter in stub.tries} == {"incident", "police", "ambulance"}
    with pytest.raises(ProblemAnswer) as refused:
        await relay(desk, incident_id, task_id=tasks[0])
    assert refused.value.code == "already_relayed"


@pytest.mark.parametrize("what", ["answers", "calls"])
async def test_f6_nobody_but_the_partner_just_now_and_once_is_believed(
    server: Running, stub: StubPartner, what: str
) -> None:
    body = json.dumps({"id": "1"}).encode()
    forged = stub.message(body, secret="another")
    old = stub.message(body, at=now() - timedelta(seconds=301))
    for headers, code in (
        (forged, "bad_signature"),
        (old, "too_old"),
        ({"content-type": "application/json"}, "unauthenticated"),
    ):
        answer = await stub.post(server.base, what, body, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
    stranger = StubPartner("somebody")
    answer = await stranger.post(server.base, what, body, stranger.message(body))
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert await server.sql("SELECT FROM call") == []


async def test_f6_a_message_replayed_is_refused(server: Running, stub: StubPartner) -> None:
    body = json.dumps({"id": "1"}).encode()
    headers = stub.message(body)
    assert (await stub.post(server.base, "calls", body, headers)).status_code == 200
    answer = await stub.post(server.base, "calls", body, headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "replayed")


async def test_f6_an_unknown_key_is_not_found(server: Running, stub: StubPartner) -> None:
    answer = await stub.say(server.base, "answers", key="x", event="acknowledged")
    assert answer.status_code == 404
