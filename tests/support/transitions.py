"""What asks for the acts of the tables of states: things in each state, and doors to their acts.

A new table needs a ``Subject`` in tests/support/subjects.py: how a thing comes into each state, and
by which request each act is asked for.
"""

import itertools
import pkgutil
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any

import httpx2

from kit.states import Table
from server.clients.desk import Desk
from tests.support import gateways
from tests.support.servers import Running

PACKAGES = ("kit", "geo", "fleet", "dispatch", "realtime", "server")
ILLEGAL = "illegal_transition"
SECOND = "second"
Thing = dict[str, Any]


@dataclass(frozen=True)
class Code:
    """The first word of a code list, for a request's body."""

    domain: str


@dataclass(frozen=True)
class Of:
    """An id of the thing, for a request's body."""

    name: str


class Ground:
    """A server and a dispatcher, who makes what a test needs; ``second`` is a colleague."""

    def __init__(self, server: Running, desk: Desk, second: Desk, codes: dict[str, Any]) -> None:
        self.server = server
        self.desk = desk
        self.second = second
        self.codes = codes
        self.number = itertools.count()

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Do something as the dispatcher; return the answer. Raises ProblemAnswer."""
        found: dict[str, Any] = await self.desk.api.post(path, **self.filled(body, {}))
        return found

    async def sql(self, statement: str, *args: Any) -> int:
        """Run SQL beside the server; return the first number, 0 without one."""
        rows = await self.server.sql(statement, *args)
        return int(rows[0][0]) if rows else 0

    def filled(self, body: Mapping[str, Any], thing: Thing) -> dict[str, Any]:
        """Return a body with its words and ids."""
        return {name: self._filled(value, thing) for name, value in body.items()}

    def _filled(self, value: Any, thing: Thing) -> Any:
        if isinstance(value, Code):
            return self.codes[value.domain][0]["code"]
        return thing[value.name] if isinstance(value, Of) else value


@dataclass(frozen=True)
class Door:
    """A request that does whichever of ``acts`` the state allows.

    ``frame`` is the same from the crew's own socket; ``codes`` are other reasons of a refusal.
    ``event`` is what the gateway tells in place of a request; ``then`` are acts done with it.
    ``second``: the second dispatcher asks.
    """

    acts: tuple[StrEnum, ...]
    path: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    frame: Mapping[str, Any] | None = None
    codes: tuple[str, ...] = ()
    event: str = ""
    then: tuple[StrEnum, ...] = ()
    second: bool = False

    async def ask(self, ground: Ground, thing: Thing) -> httpx2.Response:
        """Send the request for the thing."""
        body = ground.filled(self.body, thing)
        if self.event:
            return await gateways.tell(ground.server.base, thing["key"], self.event, **body)
        headers = {"Idempotency-Key": f"transition-{next(ground.number)}"}
        http = (ground.second if self.second else ground.desk).api.http
        return await http.post(self.path.format(**thing), json=body, headers=headers)

    def frame_for(self, ground: Ground, thing: Thing) -> dict[str, Any]:
        """Return the socket's frame for the thing."""
        number = f"transition-{next(ground.number)}"
        return {"id": number, **ground.filled(self.frame or {}, thing)}


Make = Callable[[Ground, Any, Any], Awaitable[Thing]]


@dataclass(frozen=True)
class Subject:
    """A table of states, how a thing of it comes into a state, and the doors to its acts.

    ``make(ground, state, act)`` returns the ids of a new thing in ``state`` of which ``act`` can be
    asked when the table allows it (None: any of those that it does not). ``inner`` are the acts
    that nobody asks for, with what does them. ``row`` is the table and the name of the id.
    """

    table: Table[Any, Any]
    make: Make
    doors: tuple[Door, ...]
    row: tuple[str, str]
    inner: Mapping[StrEnum, str] = field(default_factory=dict)

    @property
    def states(self) -> list[StrEnum]:
        """Return every state, in the order of its enum."""
        kind: type[StrEnum] = type(next(iter(self.table.rows))[0])
        return list(kind)

    @property
    def acts(self) -> list[StrEnum]:
        """Return every act, in the order of its enum."""
        kind: type[StrEnum] = type(next(iter(self.table.rows))[1])
        return list(kind)

    def legal(self, door: Door, state: StrEnum) -> list[StrEnum]:
        """Return which acts of the door are possible in the state."""
        return [act for act in door.acts if (state, act) in self.table.rows]

    async def status(self, ground: Ground, thing: Thing) -> str:
        """Return where a thing stands."""
        name, id_ = self.row
        rows = await ground.server.sql(f"SELECT status FROM {name} WHERE id = %s", thing[id_])
        return str(rows[0][0])


def tables() -> Iterator[tuple[str, Table[Any, Any]]]:
    """Yield every table of states of the product, with where it stands."""
    for package in PACKAGES:
        root = import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if ".migrations" in module.name or module.name.endswith("__main__"):
                continue
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, Table):
                    yield f"{module.name}.{name}", value
