"""What a unit's socket does: keeps fixes, answers offers, reports milestones, each once."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import psycopg
from fastapi import FastAPI, WebSocket

from dispatch.assignments import actions, queries
from dispatch.assignments.offer import OfferAct
from fleet.tracking import queries as tracking
from fleet.tracking.fix import KEPT, Fix
from kit import errors
from kit.clock import in_utc, now
from kit.codec import encode
from kit.db import Connection, Database
from kit.errors import Forbidden, Refusal, invalid
from kit.idempotency import once
from kit.identity import token_hash
from kit.log import log
from realtime import protocol
from realtime.hub import Listener
from realtime.ingest import Batch, Ingest
from realtime.mailbox import Mailbox
from realtime.protocol import (
    Ack,
    Answer,
    Close,
    Done,
    Fixes,
    FixReport,
    Ping,
    Pong,
    Refused,
    RefusedFix,
    Report,
    State,
    UnitHello,
)
from realtime.session import Conversation
from realtime.wire import Closed, receive, wrong

UnitConversation: TypeAlias = "Conversation[UnitHello | Fixes | Answer | Report | Ping]"


@dataclass
class Link:
    """One socket of a unit: whose it is, and where its frames go."""

    app: FastAPI
    unit_id: int
    name: str
    listener: Listener

    def send(self, message: protocol.UnitOut) -> None:
        """Put a message into the mailbox."""
        self.listener.put(encode(message).decode())

    def state(self) -> str:
        """Return the unit's whole state, for a socket that fell behind."""
        board = self.app.state.feed.board
        state = board.state_of(self.unit_id)
        return encode(State(None, now(), state)).decode()


async def device_link(ws: WebSocket, token: str) -> Link:
    """Return the link of a device by its token. Raises Closed (4401)."""
    async with ws.app.state.db.read() as conn:
        found = await tracking.unit_of_token(conn, token)
    if found is None:
        raise Closed(Close.UNAUTHENTICATED)
    mailbox = Mailbox(ws.app.state.settings.mailbox_frames)
    listener = Listener(mailbox, ("device", token_hash(token)))
    return Link(ws.app, found[1], f"device/{found[0]}", listener)


async def read(ws: WebSocket, conversation: UnitConversation, link: Link) -> None:
    """Do what the unit says, message by message, until its socket ends."""
    while True:
        text = await receive(ws)
        try:
            message = conversation.read(text)
            await _do(link, message)
        except Refusal as refusal:
            link.listener.put(wrong(refusal))


async def _do(link: Link, message: UnitHello | Fixes | Answer | Report | Ping) -> None:
    match message:
        case Ping():
            link.send(Pong(message.n, now()))
        case Fixes():
            keep(link, message)
        case Answer() | Report():
            await act(link, message)


def keep(link: Link, message: Fixes) -> None:
    """Judge a batch now; acknowledge it when it is durable. Raises Invalid, Unavailable."""
    limit = link.app.state.settings.fixes_limit
    if len(message.fixes) > limit:
        raise invalid("fixes", f"at most {limit} in one batch, not {len(message.fixes)}")
    ingest: Ingest = link.app.state.ingest
    at = now()
    fixes = (_fix(link.unit_id, at, n, report) for n, report in enumerate(message.fixes))
    batch = ingest.put(list(fixes))
    batch.durable.add_done_callback(lambda _: link.send(_ack(message.seq, batch)))


def _fix(unit_id: int, at: datetime, index: int, report: FixReport) -> Fix:
    return Fix(
        unit_id,
        _utc(f"fixes[{index}].fixed_at", report.fixed_at),
        at,
        report.lat,
        report.lon,
        report.accuracy_m,
        report.speed_mps,
        report.heading_deg,
        report.altitude_m,
        report.battery_pct,
    )


def _utc(field: str, instant: datetime) -> datetime:
    try:
        return in_utc(instant)
    except ValueError as error:
        raise invalid(field, str(error)) from None


def _ack(seq: int, batch: Batch) -> Ack:
    refused = [
        RefusedFix(index, verdict)
        for index, verdict in enumerate(batch.verdicts)
        if verdict not in KEPT
    ]
    return Ack(seq, refused)


async def act(link: Link, message: Answer | Report) -> None:
    """Do an act once, however often it is sent, and say what became of it."""
    db: Database = link.app.state.db
    try:
        async with db.write() as conn:
            await once(
                conn,
                f"unit/{link.unit_id}",
                message.id,
                encode(message).decode(),
                lambda: _act(conn, link, message),
            )
        link.send(Done(message.id))
    except Refusal as refusal:
        _refuse(link, message, refusal)
    except psycopg.Error as error:
        known = errors.from_database(error)
        if known is None:
            log.exception("an act failed", unit_id=link.unit_id)
            raise
        _refuse(link, message, known)


def _refuse(link: Link, message: Answer | Report, refusal: Refusal) -> None:
    """Tell the unit; what is only unavailable now may be sent again, so it is not a verdict."""
    if isinstance(refusal, errors.Unavailable):
        link.listener.put(wrong(refusal))
    else:
        link.send(Refused(message.id, refusal.problem()))


async def _act(conn: Connection, link: Link, message: Answer | Report) -> str:
    device_at = _utc("device_at", message.device_at) if message.device_at else None
    if isinstance(message, Answer):
        await _check_own(conn, link, "offer", message.offer_id)
        await _answer(conn, link, message, device_at)
    else:
        await _check_own(conn, link, "assignment", message.assignment_id)
        await actions.reach(
            conn,
            message.assignment_id,
            message.milestone,
            now=now(),
            device_at=device_at,
            by=link.name,
        )
    return ""


async def _check_own(conn: Connection, link: Link, table: str, row_id: int) -> None:
    _, unit_id = await queries.incident_of(conn, table, row_id)
    if unit_id != link.unit_id:
        raise Forbidden(f"this {table} is another unit's")


async def _answer(
    conn: Connection, link: Link, message: Answer, device_at: datetime | None
) -> None:
    if message.accept:
        await actions.accept(conn, message.offer_id, now=now(), device_at=device_at, by=link.name)
        return
    if not message.reason:
        raise invalid("reason", "say why the offer is declined")
    await actions.end_offer(
        conn,
        message.offer_id,
        OfferAct.DECLINE,
        now=now(),
        by=link.name,
        reason=message.reason,
        device_at=device_at,
    )
