"""The clockwork's jobs stand for themselves: what fails or hangs holds up nothing else."""

import asyncio
from typing import Any

from kit.identity import new_token
from tests.support.gateways import SECRET as GATEWAY_SECRET
from tests.support.gateways import gateway
from tests.support.hostile import hostile
from tests.support.partners import SECRET, partner
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)


class Silence:
    """Another's system that takes requests and answers none before it is ``over``."""

    def __init__(self) -> None:
        self.asked = asyncio.Semaphore(0)
        self.over = asyncio.Event()

    async def talk(self, _: asyncio.StreamWriter) -> None:
        self.asked.release()
        await self.over.wait()

    async def until_asked(self, times: int) -> None:
        async with asyncio.timeout(30):
            for _ in range(times):
                await self.asked.acquire()


async def say_rule(server: Running, name: str, value: str) -> None:
    await server.sql("UPDATE rule SET value = %s::jsonb WHERE name = %s", value, name)


async def test_b7_a_rule_that_is_no_number_silences_its_own_watch_alone(dsn: str) -> None:
    async with serving(dsn) as before:
        await say_rule(before, "waiting_alarm_s", '["soon", "soon", "soon", "soon"]')
        desk = await before.desk()
        incident_id = await desk.call(*ARAK)
        task = await desk.api.post(f"/incidents/{incident_id}/tasks", kind="police")
    # The incident waits before the first beat: each look at what waits fails.
    async with serving(dsn) as server:
        desk = await server.desk()
        await server.sql("UPDATE task SET due_at = now() WHERE id = %s", task["id"])
        await desk.socket.until(
            lambda: [one.kind for one in desk.board.alarms.values()] == ["task_overdue"]
        )


async def test_b4_a_rule_that_is_no_number_holds_up_no_message_that_is_queued(dsn: str) -> None:
    async with (
        gateway() as stub,
        serving(dsn, channel_url=stub.url, channel_secret=GATEWAY_SECRET) as server,
    ):
        await say_rule(server, "offer_delivered_within_s", '"soon"')
        desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
        await crew.unlink()
        offer_id = await desk.offer(await desk.call(*ARAK))
        await desk.api.post(f"/offers/{offer_id}/sms", once=False)
        await stub.until_asked()


async def test_f6_a_partner_that_hangs_holds_up_no_other(dsn: str) -> None:
    silence = Silence()
    async with partner("ambulance_115") as good, hostile(silence.talk) as url:
        known: dict[str, Any] = {"channel": "110"}
        partners = {
            "police_110": {"url": url, "secret": new_token(), **known},
            good.name: {"url": good.url, "secret": SECRET, **known},
        }
        async with serving(dsn, partners=partners, partner_timeout_s=600) as server:
            desk = await server.desk()
            incident_id = await desk.call(*ARAK)
            await desk.api.post(f"/incidents/{incident_id}/relays", partner="police_110")
            await silence.until_asked(1)
            await desk.api.post(f"/incidents/{incident_id}/relays", partner=good.name)
            await good.until_sent()
            silence.over.set()


async def test_b4_a_message_that_hangs_holds_up_no_other(dsn: str) -> None:
    silence = Silence()
    async with (
        hostile(silence.talk) as url,
        serving(
            dsn, channel_url=url, channel_secret=GATEWAY_SECRET, channel_timeout_s=600
        ) as server,
    ):
        await say_rule(server, "offer_delivered_within_s", "0")
        desk = await server.desk()
        for name in ("ark-1", "ark-2"):
            await (await server.crew_at(name, *ARAK)).unlink()
            await desk.offer(await desk.call(*ARAK))
        await silence.until_asked(2)
        silence.over.set()


async def test_f6_a_relay_to_a_partner_that_is_set_up_no_more_fails(server: Running) -> None:
    desk = await server.desk()
    incident_id = await desk.call(*ARAK)
    await server.sql(
        """INSERT INTO relay (incident_id, partner, queued_at, queued_by, next_try_at, changed_at)
           VALUES (%s, 'gone', now(), 'x', now(), now())""",
        incident_id,
    )
    await desk.socket.until(lambda: any(fact.kind == "relay_failed" for fact in desk.facts))
    assert await server.sql("SELECT failure FROM relay") == [("partner_unknown",)]
