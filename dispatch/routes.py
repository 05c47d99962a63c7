"""HTTP of the desk: what a dispatcher does to an incident, but for whom it sends."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from dispatch.approvals import queries as approvals
from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import SystemReason
from dispatch.calls import actions as calls
from dispatch.cards.queries import check_need
from dispatch.closing import actions as closings
from dispatch.closing.actions import Closing
from dispatch.corrections import queries as corrections
from dispatch.followups.actions import Task
from dispatch.incidents import actions, events, queries
from dispatch.incidents.incident import IncidentStatus
from dispatch.incidents.schemas import ClosingIn, IncidentIn, Priority, Private, Why
from dispatch.timeline import timeline_json
from dispatch.triage import actions as triage
from dispatch.triage import queries as triage_queries
from dispatch.triage.triage import check_choice
from geo import queries as ground
from geo.position import Position
from kit import journal
from kit.clock import now
from kit.db import Connection
from kit.errors import invalid
from kit.idempotency import created
from kit.shapes import Nothing
from kit.web import (
    Db,
    Desk,
    Dispatcher,
    DispatcherOrCrew,
    IdempotencyKey,
    Reading,
    Today,
    json,
    returns,
)

router = APIRouter(prefix="/incidents", tags=["incidents"])
Statuses = Annotated[str, Query(description="statuses, separated by commas")]
LIVE = "waiting,held,responding,cleared,transferring"
NOT_OF_THE_OPENING = {"lat", "lon", "call_id", "channel", "priority_reason"}


@router.post("", **returns("IncidentView", 201))
async def open_incident(
    call: IncidentIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Open an incident: its place gives its county and who answers for it."""
    place = Position(call.lat, call.lon)
    located = request.app.state.areas.locate(place)

    async def make() -> str:
        choice = await _triaged(conn, call, today, actor.name)
        off_duty = await request.app.state.off_duty(conn, now())
        owner = await ground.owner(conn, located, place, today, off_duty)
        opening = actions.Opening(
            place=place,
            county=located.county,
            owner_county=owner.county,
            owner=actor.name,
            suggested_priority=choice.suggestion.priority,
            prompts=[one.prompt for one in choice.suggestion.prompts],
            **call.model_dump(exclude=NOT_OF_THE_OPENING),
        )
        at = now()
        incident_id = await calls.open_incident(conn, opening, call.call_id, call.channel, at)
        await triage.keep(conn, incident_id, choice, at)
        return await queries.incident(conn, incident_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


async def _triaged(conn: Connection, call: IncidentIn, day: date, by: str) -> triage.Choice:
    """Return what the rules suggest and what was chosen. Raises Invalid."""
    await ground.require_codes(
        conn,
        day,
        group=("target_group", [call.group]),
        needs=("capability", call.needs),
        flags=("triage_flag", call.flags),
        channel=("call_channel", [call.channel] if call.channel else []),
        priority_reason=("priority_reason", [call.priority_reason] if call.priority_reason else []),
    )
    suggestion = await triage_queries.suggestion(conn, day, call.group, call.flags)
    check_choice(suggestion.priority, call.priority, call.priority_reason)
    return triage.Choice(
        day=day,
        group=call.group,
        flags=call.flags,
        suggestion=suggestion,
        priority=call.priority,
        needs=call.needs,
        reason=call.priority_reason,
        by=by,
    )


@router.get("", **returns("Incidents"))
async def incidents(
    conn: Reading,
    _: Desk,
    status: Statuses = LIVE,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Response:
    """Return the newest incidents, those not closed by default."""
    wanted = status.split(",")
    if unknown := set(wanted) - set(IncidentStatus):
        raise invalid("status", f"no such status: {', '.join(sorted(unknown))}"[:200])
    return json(f'{{"incidents":{await queries.incidents(conn, wanted, limit)}}}')


@router.get("/{incident_id}", **returns("IncidentView"))
async def incident(incident_id: int, conn: Reading, _: Desk) -> Response:
    """Return one incident, without who and exactly where."""
    return json(await queries.incident(conn, incident_id))


@router.get("/{incident_id}/private", response_model=Private)
async def private(incident_id: int, db: Db, actor: DispatcherOrCrew, today: Today) -> Response:
    """Return who and exactly where; a crew while it needs it. Each read is written down."""
    async with db.write() as conn:
        at = now()
        await check_need(conn, actor, incident_id, at, today)
        found = await actions.read_private(
            conn, incident_id, by=actor.name, role=actor.role, now=at
        )
        for part in found["merged"]:
            part["corrections"] = await corrections.private_of(conn, part["incident_id"])
        found["corrections"] = await corrections.private_of(conn, incident_id)
    return json(msgspec.json.encode(found))


@router.get("/{incident_id}/timeline", **returns("Timeline"))
async def timeline(incident_id: int, conn: Reading, _: Desk) -> Response:
    """Return every fact of an incident and of those merged into it, oldest first."""
    await queries.find(conn, incident_id)
    streams = map(events.stream, await queries.merged_with(conn, incident_id))
    return json(timeline_json(await journal.of_streams(conn, list(streams))))


async def _done(db: Db, incident_id: int, act: Callable[[Connection], Awaitable[None]]) -> Response:
    async with db.write() as conn:
        await act(conn)
        return json(await queries.incident(conn, incident_id))


@router.post("/{incident_id}/priority", **returns("IncidentView"))
async def prioritise(
    incident_id: int, body: Priority, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Give an incident another priority; against what the rules suggest it needs a reason."""

    async def act(conn: Connection) -> None:
        await _check_reason(conn, today, "priority_reason", body.reason)
        suggested = (await queries.find(conn, incident_id))[1]["suggested_priority"]
        check_choice(suggested, body.priority, body.reason, field="reason")
        await approvals.check_priority(conn, incident_id, body.priority, today)
        at = now()
        await actions.prioritise(
            conn, incident_id, body.priority, now=at, by=actor.name, reason=body.reason
        )
        await actions.note(
            conn, incident_id, body.note, about="incident_prioritised", at=at, by=actor.name
        )

    return await _done(db, incident_id, act)


async def _check_reason(conn: Connection, day: date, domain: str, reason: str | None) -> None:
    if reason is not None:
        await ground.require_codes(conn, day, reason=(domain, [reason]))


@router.post("/{incident_id}/hold", **returns("IncidentView"))
async def hold(incident_id: int, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Hold an incident back for a ``hold_reason``; its open offer is withdrawn."""

    async def act(conn: Connection) -> None:
        await _check_reason(conn, today, "hold_reason", why.reason)
        at, by = now(), actor.name
        await queries.lock(conn, incident_id)
        await assignments.withdraw_open(
            conn, incident_id, now=at, by=by, reason=SystemReason.INCIDENT_HELD
        )
        await actions.hold(conn, incident_id, reason=why.reason, now=at, by=by)
        await actions.note(conn, incident_id, why.note, about="incident_held", at=at, by=by)

    return await _done(db, incident_id, act)


@router.post("/{incident_id}/release", **returns("IncidentView"))
async def release(incident_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Let a held incident wait for a unit again."""

    async def act(conn: Connection) -> None:
        await actions.release(conn, incident_id, now=now(), by=actor.name)

    return await _done(db, incident_id, act)


@router.post("/{incident_id}/close", **returns("IncidentView"))
async def close(
    incident_id: int, body: ClosingIn, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Close an incident with a disposition, unless something is owed; what is open is withdrawn."""

    async def act(conn: Connection) -> None:
        await _check_closing(conn, today, body)
        await approvals.check_visited(conn, incident_id, today)
        first = body.follow_up
        closing = Closing(
            body.disposition,
            body.note,
            Task(first.kind, first.due_at, actor.name) if first else None,
            body.no_follow_up,
        )
        await closings.close(conn, incident_id, closing, now=now(), day=today, by=actor.name)

    return await _done(db, incident_id, act)


async def _check_closing(conn: Connection, day: date, body: ClosingIn) -> None:
    await ground.require_codes(
        conn,
        day,
        disposition=("disposition", [body.disposition]),
        no_follow_up=("no_follow_up_reason", [body.no_follow_up] if body.no_follow_up else []),
        follow_up=("follow_up_kind", [body.follow_up.kind] if body.follow_up else []),
    )


@router.post("/{incident_id}/reopen", **returns("IncidentView"))
async def reopen(incident_id: int, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Reopen a cleared or closed incident for a ``reopen_reason``."""

    async def act(conn: Connection) -> None:
        await _check_reason(conn, today, "reopen_reason", why.reason)
        await approvals.check_reopened(conn, incident_id, today)
        at, by = now(), actor.name
        await actions.reopen(conn, incident_id, reason=why.reason, now=at, by=by)
        await actions.note(conn, incident_id, why.note, about="incident_reopened", at=at, by=by)

    return await _done(db, incident_id, act)
