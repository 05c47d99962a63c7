"""What routes ask for: the database, a reading connection, the one signed in, a role."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Header, Response
from starlette.requests import HTTPConnection

from kit.clock import day_of, now
from kit.db import Connection, Database
from kit.errors import Forbidden
from kit.identity import Actor, Role

MAX_KEY = 100


def database(http: HTTPConnection) -> Database:
    """Return the process's database."""
    db: Database = http.app.state.db
    return db


async def signed_in(http: HTTPConnection) -> Actor:
    """Return the one signed in, who has chosen a password. Raises Unauthenticated, Forbidden."""
    authenticate: Callable[[HTTPConnection], Awaitable[Actor]] = http.app.state.authenticate
    actor = await authenticate(http)
    if actor.must_change_password:
        refusal = Forbidden("choose a password of your own first")
        refusal.code = "password_change_required"
        raise refusal
    return actor


async def reading(
    http: HTTPConnection, _: Annotated[Actor, Depends(signed_in)]
) -> AsyncIterator[Connection]:
    """Lend a reading connection for the request of one who is signed in.

    Signing in comes first and gives its own connection back: were one held meanwhile, as many
    requests as the pool has connections would wait for each other.
    """
    async with database(http).read() as conn:
        yield conn


async def long_reading(
    http: HTTPConnection, _: Annotated[Actor, Depends(signed_in)]
) -> AsyncIterator[Connection]:
    """Lend a connection for a long read; only some of them at once, so that others find one."""
    async with http.app.state.long_reads, database(http).read() as conn:
        yield conn


def allow(*roles: Role) -> Any:
    """Return a dependency that lets only ``roles`` in."""

    async def check(actor: Annotated[Actor, Depends(signed_in)]) -> Actor:
        if actor.role not in roles:
            names = " or ".join(roles)
            raise Forbidden(f"this is for {names}; you are {actor.role}")
        return actor

    return Depends(check)


def check_own(actor: Actor, unit_id: int) -> None:
    """Refuse a crew that acts for another unit than its own. Raises Forbidden."""
    if actor.role is Role.CREW and actor.unit_id != unit_id:
        raise Forbidden("a crew acts for its own unit only")


def returns(view: str, status: int = 200) -> dict[str, Any]:
    """Return the route options that document a JSON body typed by the wire schema ``view``."""
    schema = {"$ref": f"#/components/schemas/{view}"}
    content = {"application/json": {"schema": schema}}
    return {
        "response_class": Response,
        "status_code": status,
        "responses": {status: {"description": view, "content": content}},
    }


def json(body: bytes | str, status: int = 200, **headers: str) -> Response:
    """Return JSON that is already encoded."""
    return Response(body, status, headers, media_type="application/json")


def today(http: HTTPConnection) -> date:
    """Return the calendar day at the desk, by which dated rules go."""
    return day_of(now(), http.app.state.settings.time_zone)


Today = Annotated[date, Depends(today)]
Db = Annotated[Database, Depends(database)]
Reading = Annotated[Connection, Depends(reading)]
LongReading = Annotated[Connection, Depends(long_reading)]
SignedIn = Annotated[Actor, Depends(signed_in)]
Dispatcher = Annotated[Actor, allow(Role.DISPATCHER)]
Administrator = Annotated[Actor, allow(Role.ADMINISTRATOR)]
Crew = Annotated[Actor, allow(Role.CREW)]
DispatcherOrCrew = Annotated[Actor, allow(Role.DISPATCHER, Role.CREW)]
PlannerOrAdministrator = Annotated[Actor, allow(Role.PLANNER, Role.ADMINISTRATOR)]
DispatcherOrAdministrator = Annotated[Actor, allow(Role.DISPATCHER, Role.ADMINISTRATOR)]
Desk = Annotated[Actor, allow(Role.DISPATCHER, Role.PLANNER, Role.ADMINISTRATOR)]
IdempotencyKey = Annotated[str | None, Header(max_length=MAX_KEY, min_length=1)]
