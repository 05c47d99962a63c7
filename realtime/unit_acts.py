"""What a unit says on its socket: fixes, answers to offers, milestones; each act done once."""

from datetime import date, datetime
from typing import TypeAlias

import psycopg
from fastapi import WebSocket

from dispatch.assignments import actions, queries
from dispatch.assignments.offer import OfferAct
from dispatch.broadcasts import actions as broadcasts
from dispatch.check_ins import actions as check_ins
from dispatch.incidents import actions as incidents
from dispatch.milestones import actions as milestones
from dispatch.receipts import actions as receipts
from dispatch.suggestions import actions as suggestions
from dispatch.tasks import actions as tasks
from geo import queries as ground
from kit import errors
from kit.clock import day_of, in_utc, now
from kit.codec import encode
from kit.db import Connection, Database
from kit.errors import Forbidden, Invalid, Refusal, invalid
from kit.idempotency import once
from kit.log import log
from realtime import unit_fixes
from realtime.protocol import (
    Answer,
    Asking,
    BroadcastReceipt,
    CheckingIn,
    Dismiss,
    Done,
    Fixes,
    Ping,
    Pong,
    Receipt,
    Refused,
    Report,
    UnitHello,
)
from realtime.session import Conversation, number
from realtime.unit_link import Link
from realtime.wire import Closed, receive, wrong

Act: TypeAlias = Answer | Report | Dismiss | CheckingIn | Asking
UnitConversation: TypeAlias = (
    "Conversation[UnitHello | Fixes | Act | Receipt | BroadcastReceipt | Ping]"
)


async def read(ws: WebSocket, conversation: UnitConversation, link: Link) -> None:
    """Do what the unit says, message by message, until its socket ends."""
    while True:
        text = await receive(ws, link.listener)
        if link.listener.closing:
            raise Closed(link.listener.closing)
        try:
            message = conversation.read(text)
            await _do(link, message)
        except Invalid as refusal:
            unit_fixes.keep_good(link, text, refusal)
        except Refusal as refusal:
            link.listener.put(wrong(link.app, refusal, number(text)))
        if link.taken:
            await link.pace()


async def _do(
    link: Link, message: UnitHello | Fixes | Act | Receipt | BroadcastReceipt | Ping
) -> None:
    match message:
        case Fixes():
            unit_fixes.keep(link, message.seq, message.fixes)
        case Ping():
            link.send(Pong(message.n, now()))
        case Receipt():
            await _receipt(link, message)
        case BroadcastReceipt():
            await _received(link, message)
        case Answer() | Report() | Dismiss() | CheckingIn() | Asking():
            await act(link, message)


def _check_may_act(link: Link) -> None:
    if not link.may_act:
        raise Forbidden("this device reports positions only; it was not enrolled to act")


async def _receipt(link: Link, message: Receipt) -> None:
    """Keep that an offer came to a device that may answer it; a box that only reports may not."""
    _check_may_act(link)
    db: Database = link.app.state.db
    async with db.write() as conn:
        await _check_own(conn, link, "offer", message.offer_id)
        await receipts.acknowledge(
            conn,
            message.offer_id,
            seen=message.seen,
            now=now(),
            device_at=_device_at(message),
            by=link.name,
        )


async def _received(link: Link, message: BroadcastReceipt) -> None:
    _check_may_act(link)
    db: Database = link.app.state.db
    async with db.write() as conn:
        await broadcasts.receive(
            conn,
            message.broadcast_id,
            link.unit_id,
            message.version,
            seen=message.seen,
            now=now(),
            device_at=_device_at(message),
            by=link.name,
        )


def _utc(field: str, instant: datetime) -> datetime:
    try:
        return in_utc(instant)
    except ValueError as error:
        raise invalid(field, str(error)) from None


async def act(link: Link, message: Act) -> None:
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


def _refuse(link: Link, message: Act, refusal: Refusal) -> None:
    """Tell the unit; what is only unavailable now may be sent again, so it is not a verdict."""
    if isinstance(refusal, errors.Unavailable):
        link.listener.put(wrong(link.app, refusal))
    else:
        link.app.state.telemetry.count_refusal(refusal.code)
        link.send(Refused(message.id, refusal.problem()))


async def _act(conn: Connection, link: Link, message: Act) -> str:
    _check_may_act(link)
    match message:
        case Answer():
            await _answer(conn, link, message, _device_at(message))
        case Report():
            await _reach(conn, link, message, _device_at(message))
        case Dismiss():
            await _dismiss(conn, link, message)
        case CheckingIn():
            await _check_in(conn, link, message, _device_at(message))
        case Asking():
            await _ask(conn, link, message, _device_at(message))
    return ""


def _device_at(
    message: Answer | Report | CheckingIn | Asking | Receipt | BroadcastReceipt,
) -> datetime | None:
    return _utc("device_at", message.device_at) if message.device_at else None


async def _dismiss(conn: Connection, link: Link, message: Dismiss) -> None:
    await _check_own(conn, link, "assignment", message.assignment_id)
    await suggestions.dismiss(
        conn, message.assignment_id, message.milestone, now=now(), by=link.name
    )


async def _reach(conn: Connection, link: Link, report: Report, device_at: datetime | None) -> None:
    await _check_own(conn, link, "assignment", report.assignment_id)
    at = now()
    await milestones.reach(
        conn,
        report.assignment_id,
        report.milestone,
        now=at,
        device_at=device_at,
        by=link.name,
        day=_day(link, at),
        suggested=report.suggested,
    )


async def _check_in(
    conn: Connection, link: Link, well: CheckingIn, device_at: datetime | None
) -> None:
    await _check_own(conn, link, "assignment", well.assignment_id)
    at = now()
    await check_ins.check_in(
        conn,
        well.assignment_id,
        now=at,
        day=_day(link, at),
        device_at=device_at,
        by=link.name,
    )


async def _ask(conn: Connection, link: Link, asked: Asking, device_at: datetime | None) -> None:
    incident_id = await _check_own(conn, link, "assignment", asked.assignment_id)
    at = now()
    if not await queries.serves(conn, link.unit_id, incident_id):
        raise Forbidden("your unit is not on this incident")
    await ground.require_codes(conn, _day(link, at), kind=("request_kind", [asked.kind]))
    await tasks.ask(
        conn,
        incident_id,
        asked.kind,
        by=link.name,
        at=at,
        day=_day(link, at),
        unit_id=link.unit_id,
        device_at=device_at,
    )
    await incidents.note(conn, incident_id, asked.note, about="task_asked", at=at, by=link.name)


def _day(link: Link, at: datetime) -> date:
    return day_of(at, link.app.state.settings.time_zone)


async def _check_own(conn: Connection, link: Link, table: str, row_id: int) -> int:
    """Return the incident of the unit's own row. Raises Forbidden, NotFound."""
    incident_id, unit_id = await queries.incident_of(conn, table, row_id)
    if unit_id != link.unit_id:
        raise Forbidden(f"this {table} is another unit's")
    return incident_id


async def _answer(
    conn: Connection, link: Link, message: Answer, device_at: datetime | None
) -> None:
    incident_id = await _check_own(conn, link, "offer", message.offer_id)
    at = now()
    if message.accept:
        await actions.accept(conn, message.offer_id, now=at, device_at=device_at, by=link.name)
        return
    await actions.end_offer(
        conn,
        message.offer_id,
        OfferAct.DECLINE,
        now=at,
        by=link.name,
        reason=await _reason(conn, link, message.reason, at),
        device_at=device_at,
    )
    await incidents.note(
        conn, incident_id, message.note, about="offer_declined", at=at, by=link.name
    )


async def _reason(conn: Connection, link: Link, reason: str | None, at: datetime) -> str:
    if not reason:
        raise invalid("reason", "say why the offer is declined")
    await ground.require_codes(conn, _day(link, at), reason=("decline_reason", [reason]))
    return reason
