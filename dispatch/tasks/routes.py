"""HTTP of tasks: what a crew or the desk asks for, and what becomes of it."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.schemas import Why
from dispatch.tasks import actions, queries
from dispatch.tasks.schemas import TaskIn
from dispatch.tasks.task import TaskAct
from geo import queries as ground
from kit.clock import now
from kit.db import Connection, Database
from kit.errors import Forbidden, NotFound
from kit.idempotency import created
from kit.identity import Actor, Role
from kit.shapes import Id, Nothing
from kit.web import (
    Db,
    Dispatcher,
    DispatcherOrCrew,
    IdempotencyKey,
    Today,
    json,
    returns,
)

router = APIRouter(tags=["tasks"])
Incident = Annotated[Id, Path(alias="incident_id")]


async def _check_serves(conn: Connection, actor: Actor, incident_id: int) -> int | None:
    """Return the unit of a crew that is on the incident, None for the desk. Raises Forbidden."""
    if actor.role is not Role.CREW:
        return None
    unit_id = actor.unit_id or 0
    if not await assignments.serves(conn, unit_id, incident_id):
        raise Forbidden("your unit is not on this incident")
    return unit_id


@router.post("/incidents/{incident_id}/tasks", **returns("TaskView", 201))
async def ask(
    incident_id: Incident,
    asked: TaskIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask for police, ambulance, a second unit …: a task with a clock of its own."""

    async def make() -> str:
        unit_id = await _check_serves(conn, actor, incident_id)
        await ground.require_codes(conn, today, kind=("request_kind", [asked.kind]))
        at, by = now(), actor.name
        task_id = await actions.ask(
            conn,
            incident_id,
            asked.kind,
            by=by,
            at=at,
            day=today,
            unit_id=unit_id,
            device_at=asked.device_at,
        )
        await incidents.note(conn, incident_id, asked.note, about="task_asked", at=at, by=by)
        return await queries.task(conn, task_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/incidents/{incident_id}/prompts/{prompt}/task", **returns("TaskView", 201))
async def ask_as_prompted(
    incident_id: Incident,
    prompt: str,
    _: Nothing,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Follow a prompt of triage by asking for what its code ``asks``, as a task."""

    async def make() -> str:
        at, by = now(), actor.name
        kind = await _asked_by(conn, today, prompt)
        task_id = await actions.ask_as_prompted(
            conn, incident_id, prompt, kind, by=by, at=at, day=today
        )
        return await queries.task(conn, task_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


async def _asked_by(conn: Connection, day: date, prompt: str) -> str:
    """Return the ``request_kind`` that a prompt asks for on that day. Raises NotFound."""
    words = (await ground.codes(conn, day)).get("prompt", [])
    kind = next((word.get("asks") for word in words if word["code"] == prompt), None)
    if kind is None:
        raise NotFound(f"no prompt {prompt[:50]!r} asks for anything on this day")
    await ground.require_codes(conn, day, prompt=("request_kind", [kind]))
    return str(kind)


@router.get("/incidents/{incident_id}/tasks", **returns("Tasks"))
async def tasks(incident_id: Incident, db: Db, actor: DispatcherOrCrew) -> Response:
    """Return an incident's tasks, also those that are over; to its crew while it is on it."""
    async with db.read() as conn:
        await _check_serves(conn, actor, incident_id)
        await incident_queries.find(conn, incident_id)
        return json(f'{{"tasks":{await queries.tasks(conn, incident_id)}}}')


@router.post("/tasks/{task_id}/take", **returns("TaskView"))
async def take(task_id: Id, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Take a task on: somebody at the desk sees to it."""
    async with db.write() as conn:
        await actions.take(conn, task_id, now=now(), by=actor.name)
        return json(await queries.task(conn, task_id))


@router.post("/tasks/{task_id}/done", **returns("TaskView"))
async def done(task_id: Id, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Finish a task; ``reason`` is a word of ``task_result``."""
    return await _end(db, task_id, TaskAct.FINISH, why, actor, today)


@router.post("/tasks/{task_id}/refuse", **returns("TaskView"))
async def refuse(task_id: Id, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Refuse a task; ``reason`` is a word of ``task_refusal``."""
    return await _end(db, task_id, TaskAct.REFUSE, why, actor, today)


@router.post("/tasks/{task_id}/withdraw", **returns("TaskView"))
async def withdraw(
    task_id: Id, why: Why, db: Db, actor: DispatcherOrCrew, today: Today
) -> Response:
    """Withdraw a task, a crew its own; ``reason`` is a word of ``task_withdrawal``."""
    async with db.read() as conn:
        task = await queries.find(conn, task_id)
    if actor.role is Role.CREW and task["unit_id"] != actor.unit_id:
        raise Forbidden("a crew withdraws what it asked itself")
    return await _end(db, task_id, TaskAct.WITHDRAW, why, actor, today)


_WORDS = {
    TaskAct.FINISH: ("task_result", "task_done"),
    TaskAct.REFUSE: ("task_refusal", "task_refused"),
    TaskAct.WITHDRAW: ("task_withdrawal", "task_withdrawn"),
}


async def _end(
    db: Database, task_id: int, act: TaskAct, why: Why, actor: Actor, day: date
) -> Response:
    domain, about = _WORDS[act]
    async with db.write() as conn:
        await ground.require_codes(conn, day, reason=(domain, [why.reason]))
        at, by = now(), actor.name
        await actions.end(conn, task_id, act, reason=why.reason, now=at, by=by)
        incident_id = (await queries.find(conn, task_id))["incident_id"]
        await incidents.note(conn, incident_id, why.note, about=about, at=at, by=by)
        return json(await queries.task(conn, task_id))
