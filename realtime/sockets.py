"""The two sockets: consoles that watch, units that report."""

import asyncio

from fastapi import APIRouter, WebSocket

from kit.clock import now
from kit.codec import encode
from kit.errors import Forbidden, Refusal, Unauthenticated
from kit.identity import Actor, Role
from kit.web import signed_in
from realtime import unit_acts
from realtime.hub import Hub, Listener
from realtime.mailbox import Mailbox
from realtime.protocol import (
    DEAD_AFTER_S,
    HELLO_WITHIN_S,
    PING_EVERY_S,
    VERSION,
    Close,
    Hello,
    Ping,
    Pong,
    UnitHello,
    UnitWelcome,
    Welcome,
)
from realtime.session import CONSOLE, UNIT, Conversation
from realtime.unit_link import Link, device_link
from realtime.wire import Closed, ending, first_of, receive, watch, within, write, wrong

router = APIRouter()
CONSOLE_ROLES = (Role.DISPATCHER, Role.PLANNER, Role.ADMINISTRATOR)


async def _actor(ws: WebSocket, *roles: Role) -> Actor:
    """Return who the session cookie stands for. Raises Closed (4401, 4403)."""
    try:
        actor = await signed_in(ws)
    except Unauthenticated:
        raise Closed(Close.UNAUTHENTICATED) from None
    except Forbidden:
        raise Closed(Close.FORBIDDEN) from None
    if actor.role not in roles:
        raise Closed(Close.FORBIDDEN)
    return actor


def _listener(ws: WebSocket, credential: tuple[str, bytes]) -> Listener:
    return Listener(Mailbox(ws.app.state.settings.mailbox_frames), credential)


def _check_version(hello: Hello | UnitHello) -> None:
    if hello.version != VERSION:
        raise Closed(Close.VERSION)


@router.websocket("/ws/console")
async def console(ws: WebSocket) -> None:
    """Snapshot or missed facts, then facts and ticks as they come."""
    hub: Hub = ws.app.state.hub
    async with ending(ws):
        actor = await _actor(ws, *CONSOLE_ROLES)
        conversation = Conversation(CONSOLE)
        hello = await within(HELLO_WITHIN_S, _console_hello(ws, conversation))
        listener = _listener(ws, ("session", ws.app.state.session_of(ws)))
        _welcome_console(ws, listener, hello, actor)
        hub.consoles.add(listener)
        try:
            await first_of(
                asyncio.create_task(_read_console(ws, conversation, listener)),
                asyncio.create_task(write(ws, listener, hub.snapshot)),
                asyncio.create_task(watch(listener)),
            )
        finally:
            hub.consoles.discard(listener)


async def _console_hello(ws: WebSocket, conversation: "Conversation[Hello | Ping]") -> Hello:
    while True:
        text = await receive(ws)
        try:
            message = conversation.read(text)
        except Refusal as refusal:
            await ws.send_text(wrong(ws.app, refusal))
            continue
        if isinstance(message, Hello):
            _check_version(message)
            return message


def _welcome_console(ws: WebSocket, listener: Listener, hello: Hello, actor: Actor) -> None:
    """Put the welcome and what brings the console up to now; nothing may come between."""
    feed = ws.app.state.feed
    missed = feed.since(hello.stream, hello.seq)
    welcome = Welcome(
        version=VERSION,
        stream=feed.stream,
        resumed=missed is not None,
        server_at=now(),
        ping_every_s=PING_EVERY_S,
        dead_after_s=DEAD_AFTER_S,
        account=actor.name,
        role=actor.role,
    )
    listener.put(encode(welcome).decode())
    if missed is None:
        listener.put(ws.app.state.hub.snapshot())
    elif missed:
        listener.put(missed)
    if missed is not None:
        listener.put(ws.app.state.hub.all_positions())
        if covered := ws.app.state.hub.covered():
            listener.put(covered)


async def _read_console(
    ws: WebSocket, conversation: "Conversation[Hello | Ping]", listener: Listener
) -> None:
    while True:
        text = await receive(ws, listener)
        if listener.closing:
            raise Closed(listener.closing)
        try:
            message = conversation.read(text)
        except Refusal as refusal:
            listener.put(wrong(ws.app, refusal))
            continue
        if isinstance(message, Ping):
            listener.put(encode(Pong(message.n, now())).decode())


@router.websocket("/ws/unit")
async def unit(ws: WebSocket) -> None:
    """The unit's state whenever it changes; fixes, answers and reports from it."""
    hub: Hub = ws.app.state.hub
    async with ending(ws):
        conversation = Conversation(UNIT)
        link = await within(HELLO_WITHIN_S, _greet_unit(ws, conversation))
        hub.join_unit(link.unit_id, link.listener)
        try:
            await first_of(
                asyncio.create_task(unit_acts.read(ws, conversation, link)),
                asyncio.create_task(write(ws, link.listener, None)),
                asyncio.create_task(watch(link.listener)),
            )
        finally:
            hub.leave_unit(link.unit_id, link.listener)


async def _greet_unit(ws: WebSocket, conversation: unit_acts.UnitConversation) -> Link:
    """Wait for hello and find out which unit speaks: by device token, else by session cookie."""
    while True:
        text = await receive(ws)
        try:
            hello = conversation.read(text)
        except Refusal as refusal:
            await ws.send_text(wrong(ws.app, refusal))
            continue
        if isinstance(hello, UnitHello):
            _check_version(hello)
            return await _link(ws, hello)


async def _link(ws: WebSocket, hello: UnitHello) -> Link:
    if hello.token is not None:
        link = await device_link(ws, hello.token)
    else:
        actor = await _actor(ws, Role.CREW)
        if actor.unit_id is None:
            raise Closed(Close.FORBIDDEN)
        listener = _listener(ws, ("session", ws.app.state.session_of(ws)))
        link = Link(ws.app, actor.unit_id, actor.name, listener)
    state = ws.app.state.feed.board.state_of(link.unit_id)
    if state is None:
        raise Closed(Close.FORBIDDEN)
    told = state.told_to(may_act=link.may_act)
    welcome = UnitWelcome(VERSION, now(), PING_EVERY_S, DEAD_AFTER_S, told)
    link.listener.put(encode(welcome).decode())
    return link
