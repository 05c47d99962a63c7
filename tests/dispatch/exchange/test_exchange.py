"""A stub exchange on loopback: its stamps count, its signature is asked for, its order is not."""

import itertools
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.clock import now
from tests.support.exchange import Exchange
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)
NUMBER = "09121234567"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def about(text: str, ago_s: float) -> bool:
    """Tell whether an instant was so long ago, but for what the test itself takes."""
    return 0 <= (now() - instant(text)).total_seconds() - ago_s < 20


async def test_f5_ring_and_answer_are_stamped_by_the_exchange_not_the_clerk(
    server: Running, exchange: Exchange
) -> None:
    desk = await server.desk()
    call = await exchange.heard("pbx-1", "ring", 60, caller=NUMBER)
    assert desk.link
    await desk.link.until(lambda: call in desk.board.calls)
    ringing = desk.board.calls[call]
    assert (ringing.status, ringing.from_exchange, ringing.answered_by) == ("ringing", True, None)
    await exchange.heard("pbx-1", "queue", 55, position=3)
    await desk.link.until(lambda: desk.board.calls[call].queue_position == 3)
    clicked = await desk.api.post(f"/calls/{call}/answer", once=False)
    assert clicked["answered_by"] == "dispatcher"
    assert about(clicked["answered_at"], 0)
    await exchange.heard("pbx-1", "answer", 40)
    view = await desk.api.get(f"/calls/{call}")
    assert about(view["rang_at"], 60)
    assert about(view["answered_at"], 40)
    assert (view["status"], view["answered_by"], view["queue_position"]) == (
        "answered",
        "dispatcher",
        None,
    )
    incident = await desk.api.get(f"/incidents/{await desk.call(*ARAK, call_id=call)}")
    assert (incident["rang_at"], incident["answered_at"]) == (view["rang_at"], view["answered_at"])
    await exchange.heard("pbx-1", "end", 1)
    await exchange.heard("pbx-1", "recording", 0, recording="rec-77")
    await desk.link.until(lambda: not desk.board.calls)
    who = await desk.api.get(f"/calls/{call}/private")
    known = {name: value for name, value in who.items() if value is not None}
    assert known == {"caller_phone": NUMBER, "recording_id": "rec-77"}
    private = await desk.api.get(f"/incidents/{incident['id']}/private")
    assert private["caller_phone"] == NUMBER
    assert [fact.kind for fact in desk.facts] == [
        "call_rang",
        "call_queued",
        "call_answered",
        "call_answered",
        "incident_opened",
        "call_ended",
    ]
    assert {fact.by for fact in desk.facts} == {"exchange", "dispatcher"}


async def test_f5_no_fact_tells_the_number_or_the_recording(
    server: Running, exchange: Exchange
) -> None:
    await exchange.heard("pbx-1", "ring", 5, caller=NUMBER)
    await exchange.heard("pbx-1", "recording", 0, recording="rec-77")
    facts = [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    events = [str(row) for row in await server.sql("SELECT * FROM exchange_event")]
    assert len(facts) == 1
    told = [*facts, *events, server.app.state.hub.snapshot()]
    assert not [text for text in told if NUMBER in text or "rec-77" in text]


@pytest.mark.parametrize("order", list(itertools.permutations(["ring", "answer", "end"])))
async def test_f5_events_may_come_in_any_order(
    server: Running, exchange: Exchange, order: tuple[str, ...]
) -> None:
    at = {"ring": exchange.clock(30), "answer": exchange.clock(20), "end": exchange.clock(10)}
    for event in order:
        assert (await exchange.tell("pbx-9", event, at=at[event])).status_code == 200
    ((status, *stamps),) = await server.sql(
        "SELECT status, rang_at, answered_at, ended_at FROM call WHERE exchange_id = 'pbx-9'"
    )
    assert status == "ended"
    assert [stamp.isoformat() for stamp in stamps] == list(at.values())


async def test_f5_an_event_counts_once_however_often_it_is_told(
    server: Running, exchange: Exchange
) -> None:
    at = exchange.clock(5)
    answers = [(await exchange.tell("pbx-1", "ring", at=at)).json() for _ in range(3)]
    assert [answer["again"] for answer in answers] == [False, True, True]
    assert len({answer["call_id"] for answer in answers}) == 1
    for table in ("call", "exchange_event", "journal"):
        assert await server.sql(f"SELECT count(*) FROM {table}") == [(1,)]


async def test_f5_the_stated_skew_is_taken_off_and_the_rest_kept_beside(server: Running) -> None:
    exchange = Exchange(server.base, ahead_s=3600, skew_s=3600)
    call = await exchange.heard("pbx-1", "ring", 30)
    ((rang_at, said_at, skew_s, at, received_at),) = await server.sql(
        """SELECT rang_at, said_at, skew_s, at, e.received_at FROM call c
           JOIN exchange_event e USING (exchange_id) WHERE c.id = %s""",
        call,
    )
    assert said_at - at == timedelta(hours=1)
    assert (rang_at, skew_s) == (at, 3600)
    assert timedelta(seconds=30) <= received_at - at < timedelta(seconds=50)
    unstated = Exchange(server.base, ahead_s=3600)
    refused = await unstated.tell("pbx-2", "ring")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "at")
    assert "skew_s" in refused.json()["errors"][0]["fault"]
    for client in (exchange, unstated):
        await client.http.aclose()


async def test_f5_unsigned_forged_old_and_replayed_messages_are_refused(
    server: Running, exchange: Exchange
) -> None:
    body = json.dumps({"call": "pbx-1", "event": "ring", "at": exchange.clock()}).encode()
    good = exchange.message(body)
    unsigned = {"content-type": "application/json"}
    tried = [
        (unsigned, body, 401, "unauthenticated"),
        ({**good, "webhook-signature": ""}, body, 401, "unauthenticated"),
        (exchange.message(body, secret="another secret"), body, 401, "bad_signature"),
        ({**good, "webhook-id": "another"}, body, 401, "bad_signature"),
        ({**good, "webhook-timestamp": "1"}, body, 401, "bad_signature"),
        (good, body.replace(b"pbx-1", b"pbx-2"), 401, "bad_signature"),
        (exchange.message(body, at=now() - timedelta(seconds=301)), body, 401, "too_old"),
        (exchange.message(body, at=now() + timedelta(seconds=310)), body, 401, "too_old"),
        (good, body, 200, None),
        (good, body, 409, "replayed"),
    ]
    for headers, sent, status, code in tried:
        answer = await exchange.send(sent, headers)
        assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert await server.sql("SELECT exchange_id FROM call") == [("pbx-1",)]


async def test_f5_without_a_secret_nobody_is_the_exchange(dsn: str) -> None:
    async with serving(dsn) as running:
        exchange = Exchange(running.base)
        body = b'{"call": "x", "event": "ring", "at": "2026-01-01T00:00:00Z"}'
        for secret in ("", "guess"):
            answer = await exchange.send(body, exchange.message(body, secret=secret))
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        await exchange.http.aclose()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event": "sing"}, "event"),
        ({"event": "queue"}, "body"),
        ({"event": "recording"}, "body"),
        ({"at": "yesterday"}, "at"),
        ({"at": "0001-01-01T00:00:00Z", "skew_s": 60}, "at"),
        ({"skew_s": 1e9}, "skew_s"),
        ({"call": ""}, "call"),
        ({"channel": "smoke"}, "channel"),
        ({"caller": "\0"}, "caller"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_f5_a_signed_event_that_makes_no_sense_is_named_and_not_kept(
    server: Running, exchange: Exchange, change: dict[str, Any], field: str
) -> None:
    answer = await exchange.tell(**{"call": "pbx-1", "event": "ring", **change})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert await server.sql("SELECT count(*) FROM call") == [(0,)]


async def test_f5_an_answer_before_the_ring_is_refused_and_changes_nothing(
    server: Running, exchange: Exchange
) -> None:
    call = await exchange.heard("pbx-1", "ring", 10)
    answer = await exchange.tell("pbx-1", "answer", 20)
    assert answer.status_code == 422
    assert await server.sql("SELECT id, status FROM call") == [(call, "ringing")]
    assert await server.sql("SELECT count(*) FROM exchange_event") == [(1,)]


async def test_f5_a_call_that_nobody_answered_is_abandoned_until_the_exchange_says_otherwise(
    server: Running, exchange: Exchange
) -> None:
    desk = await server.desk()
    call = await exchange.heard("pbx-1", "ring", 30)
    await exchange.heard("pbx-1", "end", 10)
    assert desk.link
    await desk.link.until(lambda: desk.facts and desk.facts[-1].kind == "call_abandoned")
    assert not desk.board.calls
    await exchange.heard("pbx-1", "answer", 20)
    await desk.link.until(lambda: call in desk.board.calls)
    assert desk.board.calls[call].status == "ended"
    await desk.api.post(f"/calls/{call}/classify", once=False, relevance="information")
    await desk.link.until(lambda: not desk.board.calls)


async def test_a_call_that_the_exchange_says_is_answered_is_taken_by_one_dispatcher(
    server: Running, exchange: Exchange
) -> None:
    desk = await server.desk(connect=False)
    call = await exchange.heard("pbx-1", "answer", 5)
    first = await desk.api.http.post(f"/calls/{call}/answer", json={})
    again = await desk.api.http.post(f"/calls/{call}/answer", json={})
    assert (first.status_code, first.json()["answered_by"]) == (200, "dispatcher")
    assert about(first.json()["answered_at"], 5)
    assert (again.status_code, again.json()["code"]) == (409, "call_taken")


async def test_f5_the_incident_takes_the_instant_that_the_exchange_corrects_later(
    server: Running, exchange: Exchange
) -> None:
    desk = await server.desk()
    call = await exchange.heard("pbx-1", "ring", 60)
    await desk.api.post(f"/calls/{call}/answer", once=False)
    incident = await desk.call(*ARAK, call_id=call)
    first = await desk.api.get(f"/incidents/{incident}")
    assert about(first["answered_at"], 0)
    await exchange.heard("pbx-1", "answer", 45)
    view = await desk.api.get(f"/incidents/{incident}")
    assert about(view["answered_at"], 45)
    assert (view["rang_at"], view["opened_at"]) == (first["rang_at"], first["opened_at"])
    told = await desk.api.get(f"/calls/{call}")
    assert (view["rang_at"], view["answered_at"]) == (told["rang_at"], told["answered_at"])
    await desk.socket.until(
        lambda: about(desk.board.incidents[incident].answered_at.isoformat(), 45)  # type: ignore[union-attr]
    )
    fact = desk.facts[-1]
    assert (fact.kind, fact.by) == ("call_answered", "exchange")
    await exchange.heard("pbx-1", "end", 1)
    assert (await desk.api.get(f"/incidents/{incident}")) == view


async def test_a19_the_exchange_does_not_write_over_what_the_desk_put_right(
    server: Running, exchange: Exchange
) -> None:
    desk = await server.desk()
    call = await exchange.heard("pbx-1", "ring", 60)
    await desk.api.post(f"/calls/{call}/answer", once=False)
    incident = await desk.call(*ARAK, call_id=call)
    there = f"/incidents/{incident}"
    was = instant((await desk.api.get(there))["rang_at"])
    right = (was - timedelta(seconds=30)).isoformat()
    await desk.api.post(f"{there}/corrections", field="rang_at", at=right, reason="misheard")
    await exchange.heard("pbx-1", "answer", 45)
    await exchange.heard("pbx-1", "end", 1)
    view = await desk.api.get(there)
    assert instant(view["rang_at"]) == instant(right)
    assert about(view["answered_at"], 45)
