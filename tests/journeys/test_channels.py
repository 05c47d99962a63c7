"""An offer that reaches no device goes out as a short message, and its answer counts: B4."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from dispatch.channels import actions as channels
from dispatch.channels import signature
from dispatch.seeking import actions as seeking
from kit.clock import now
from kit.codec import encode
from kit.db import Database
from kit.errors import Refusal
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.gateways import SECRET, StubGateway, gateway, post, tell
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)


@asynccontextmanager
async def reaching_out(dsn: str, stub: StubGateway) -> AsyncIterator[Running]:
    async with serving(dsn, channel_url=stub.url, channel_secret=SECRET) as running:
        yield running


@pytest.fixture
async def stub() -> AsyncIterator[StubGateway]:
    async with gateway() as running:
        yield running


@pytest.fixture
async def server(dsn: str, stub: StubGateway) -> AsyncIterator[Running]:
    async with reaching_out(dsn, stub) as running:
        yield running


async def silent_offer(server: Running, within_s: int = 0) -> tuple[Desk, int]:
    """Return a desk and its offer to a crew whose link is gone."""
    await server.sql(
        "UPDATE rule SET value = to_jsonb(%s::int) WHERE name = 'offer_delivered_within_s'",
        within_s,
    )
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    await crew.unlink()
    incident_id = await desk.call(*ARAK, address="12 Secret Street", narrative="a secret")
    return desk, await desk.offer(incident_id)


async def shows(desk: Desk, offer_id: int, status: str) -> None:
    """Wait until the desk's board shows where the offer's message stands."""
    await desk.socket.until(
        lambda: any(
            f.offer and f.offer.id == offer_id and f.offer.sms == status for f in desk.facts
        )
    )


async def test_b4_an_offer_without_a_sign_goes_out_once_and_yes_accepts_it(
    server: Running, stub: StubGateway
) -> None:
    desk, offer_id = await silent_offer(server)
    letter = await stub.until_asked()
    assert set(letter) == {"key", "unit", "text"}
    assert letter["unit"] == "ARK-1"
    assert not [word for word in ("Secret", "secret", "34.0") if word in letter["text"]]
    assert str(offer_id) in letter["text"]
    await shows(desk, offer_id, "sent")
    assert (await tell(server.base, letter["key"], "delivered")).status_code == 200
    await shows(desk, offer_id, "delivered")
    assert (await tell(server.base, letter["key"], "answered", answer="1")).status_code == 200
    await desk.socket.until(lambda: bool(desk.board.assignments))
    assert offer_id not in desk.board.offers
    late = await tell(server.base, letter["key"], "answered", answer="2")
    assert (late.status_code, late.json()["code"]) == (409, "illegal_transition")
    assert len(stub.asked) == 1


async def test_b4_no_declines_it_and_the_search_goes_on(server: Running, stub: StubGateway) -> None:
    desk, offer_id = await silent_offer(server)
    letter = await stub.until_asked()
    await tell(server.base, letter["key"], "answered", answer="2")
    await desk.socket.until(lambda: any(f.kind == "offer_declined" for f in desk.facts))
    (declined,) = [f for f in desk.facts if f.kind == "offer_declined"]
    assert (declined.by, declined.offer and declined.offer.id) == ("sms", offer_id)


async def test_b4_a_dispatcher_sends_it_at_once_and_only_once(
    server: Running, stub: StubGateway
) -> None:
    desk, offer_id = await silent_offer(server, within_s=3600)
    for _ in range(2):
        view = await desk.api.post(f"/offers/{offer_id}/sms", once=False)
        assert view["sms"] in {"queued", "sent"}
    await stub.until_asked()
    await shows(desk, offer_id, "sent")
    assert len(stub.asked) == 1


async def test_b4_a_gateway_that_fails_is_tried_again_under_the_same_key(
    server: Running, stub: StubGateway
) -> None:
    stub.answers = [503, 429]
    desk, offer_id = await silent_offer(server)
    await stub.until_asked(3)
    await shows(desk, offer_id, "sent")
    assert len({one["key"] for one in stub.asked}) == len(stub.sent) == 1


async def test_b4_what_the_gateway_refuses_is_failed_with_a_reason(
    server: Running, stub: StubGateway
) -> None:
    stub.answers = [400]
    desk, offer_id = await silent_offer(server)
    await shows(desk, offer_id, "failed")
    assert await server.sql("SELECT failure, tries FROM message") == [("gateway_refused", 1)]
    assert len(stub.asked) == 1


async def test_b4_a_queued_message_survives_the_server(dsn: str, stub: StubGateway) -> None:
    stub.answers = [503]
    async with reaching_out(dsn, stub) as first:
        _, offer_id = await silent_offer(first)
        await stub.until_asked()
    async with reaching_out(dsn, stub) as second:
        await stub.until_asked(2)
        desk = await second.desk()
        await second.sql("SELECT 1")
        await desk.socket.until(
            lambda: getattr(desk.board.offers.get(offer_id), "sms", None) == "sent"
        )
    assert len({one["key"] for one in stub.asked}) == len(stub.sent) == 1


async def test_b4_only_the_gateway_is_believed_and_only_once(
    server: Running, stub: StubGateway
) -> None:
    desk, offer_id = await silent_offer(server)
    key = (await stub.until_asked())["key"]
    await shows(desk, offer_id, "sent")
    body = encode({"id": str(uuid.uuid4()), "key": key, "event": "delivered"})
    old = now() - timedelta(minutes=6)
    forged = {signature.SIGNATURE: "0" * 64}
    stale = signature.headers(SECRET, body, old)
    for wrong in (forged, stale, {signature.TIMESTAMP: "soon"}, {signature.SIGNATURE: ""}):
        answer = await post(server.base, body, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    for _ in range(2):
        assert (await post(server.base, body)).status_code == 200
    await shows(desk, offer_id, "delivered")
    ((facts,),) = await server.sql(
        "SELECT count(*) FROM journal WHERE body->>'reason' = 'sms_delivered'"
    )
    assert facts == 1, "the same event again is no news"
    wrong_answer = await tell(server.base, key, "delivered", answer="1")
    assert wrong_answer.status_code == 422
    assert (await tell(server.base, str(uuid.uuid4()), "delivered")).status_code == 404


async def test_b4_a_receipt_again_or_late_is_no_news(server: Running, stub: StubGateway) -> None:
    desk, offer_id = await silent_offer(server)
    key = (await stub.until_asked())["key"]
    await shows(desk, offer_id, "sent")
    for event in ("delivered", "delivered", "failed"):
        assert (await tell(server.base, key, event)).status_code == 200
    stands = "SELECT status, failure FROM message"
    assert await server.sql(stands) == [("delivered", None)]
    assert (await tell(server.base, key, "answered", answer="1")).status_code == 200
    for event in ("delivered", "failed"):
        assert (await tell(server.base, key, event)).status_code == 200
    assert await server.sql(stands) == [("answered", None)]
    facts = await server.sql(
        """SELECT body->>'reason' FROM journal WHERE kind = 'offer_messaged' ORDER BY id"""
    )
    told = [reason for (reason,) in facts]
    assert told == ["sms_queued", "sms_sent", "sms_delivered", "sms_answered"]


async def test_b4_what_was_given_up_and_is_delivered_after_all_counts(
    server: Running, stub: StubGateway
) -> None:
    stub.answers = [400]
    desk, offer_id = await silent_offer(server)
    await shows(desk, offer_id, "failed")
    key = stub.asked[-1]["key"]
    for event, status in (("failed", "failed"), ("delivered", "delivered")):
        assert (await tell(server.base, key, event)).status_code == 200
        assert await server.sql("SELECT status FROM message") == [(status,)]
    assert await server.sql("SELECT failure FROM message") == [(None,)]


async def test_b4_expiry_against_yes_by_message_exactly_one_wins(
    server: Running, stub: StubGateway, db: Database
) -> None:
    _, offer_id = await silent_offer(server)
    key = (await stub.until_asked())["key"]
    ((expires_at,),) = await server.sql("SELECT expires_at FROM offer WHERE id = %s", offer_id)

    async def expire() -> str:
        async with db.write() as conn:
            return "done" if await seeking.expire_one(conn, expires_at) else "passed by"

    async def accept(event: int) -> str:
        try:
            async with db.write() as conn:
                act = channels.MessageAct.ANSWER
                at = expires_at - timedelta(seconds=event)
                await channels.told(conn, key, act, "1", now=at)
        except Refusal as refused:
            return refused.code
        return "done"

    heard = await asyncio.gather(accept(1), expire(), accept(2), accept(3))
    ((status, jobs),) = await server.sql(
        """SELECT status, (SELECT count(*) FROM assignment WHERE offer_id = o.id)
           FROM offer o WHERE id = %s""",
        offer_id,
    )
    answers = [heard[0], heard[2], heard[3]]
    assert (status, jobs, answers.count("done")) in {("accepted", 1, 1), ("expired", 0, 0)}
    assert answers.count("illegal_transition") == 3 - jobs


async def test_b4_without_a_gateway_nothing_is_sent_and_the_desk_is_told(dsn: str) -> None:
    async with serving(dsn) as running:
        desk, offer_id = await silent_offer(running)
        with pytest.raises(ProblemAnswer) as refused:
            await desk.api.post(f"/offers/{offer_id}/sms", once=False)
        assert (refused.value.status, refused.value.code) == (409, "no_channel")
        assert (await tell(running.base, "x", "delivered")).status_code == 401
