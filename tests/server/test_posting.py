"""Another's system may be slow or hostile: it holds up nobody else and fills no memory."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from dispatch.channels.message import Failure as MessageFailure
from dispatch.channels.queries import Letter as Message
from dispatch.partners.relay import Failure
from dispatch.partners.view import Letter
from kit.identity import new_token
from kit.settings import Partner
from server.gateway import Gateway
from server.partner_gateway import PartnerGateway
from server.posting import status_of
from tests.support.hostile import hostile
from tests.support.partners import SECRET, partner
from tests.support.servers import serving, settings

ARAK = (34.0863, 49.6894)
NO_ADDRESS = "http://127.0.0.1:84O3/"
HEAD = b"HTTP/1.1 200 OK\r\n"
BEGUN = HEAD + b"Content-Length: 1000000\r\n\r\n"


async def drip(writer: asyncio.StreamWriter, what: bytes = b"X-Slow: yes\r\n") -> None:
    """Say something for ever, each time well before anybody who waits for it gives up."""
    while not writer.is_closing():
        writer.write(what)
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_an_answer_that_never_ends_is_not_read() -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(BEGUN)
        await drip(writer, b"x")

    async with hostile(talk) as url:
        assert await status_of(url, b"{}", {}, 30) == 200


async def test_a_head_that_never_ends_is_given_up_in_time() -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        await drip(writer)

    async with hostile(talk) as url:
        with pytest.raises(TimeoutError):
            await status_of(url, b"{}", {}, 0.2)


async def test_a_redirect_is_an_answer_and_not_an_order() -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/inside\r\n\r\n")

    async with hostile(talk) as url:
        assert await status_of(url, b"{}", {}, 30) == 307


async def test_f6_an_address_that_is_none_is_an_unreachable_partner() -> None:
    known = {"p": Partner(url="http://127.0.0.1:9/", secret=SecretStr(SECRET), channel="110")}
    known["p"].url = NO_ADDRESS
    gateway = PartnerGateway(settings(partners=known))
    assert await gateway.send(Letter(1, "p", "key", 1, {})) is Failure.UNREACHABLE


async def test_b4_an_address_that_is_none_is_an_unreachable_gateway() -> None:
    gateway = Gateway(settings().model_copy(update={"channel_url": NO_ADDRESS}))
    letter = Message(1, 1, "key", 1, "ARK-1", "text", is_open=True)
    assert await gateway.send(letter) is MessageFailure.UNREACHABLE


async def test_f6_a_partner_that_drips_does_not_hold_up_the_relays_of_others(dsn: str) -> None:
    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        await drip(writer)

    async with partner("ambulance_115") as good, hostile(talk) as url:
        known: dict[str, Any] = {"channel": "110"}
        partners = {
            "police_110": {"url": url, "secret": new_token(), **known},
            good.name: {"url": good.url, "secret": SECRET, **known},
        }
        async with serving(dsn, partners=partners, partner_timeout_s=0.5) as server:
            desk = await server.desk()
            for name in partners:
                incident = await desk.call(*ARAK)
                await desk.api.post(f"/incidents/{incident}/relays", partner=name)
            await good.until_sent()
