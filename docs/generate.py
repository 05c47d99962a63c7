"""Fill the blocks of docs/ that are made from the code, or check that they are in step.

A block stands between ``<!-- made: NAME -->`` and ``<!-- end -->``; everything else is prose.
``python docs/generate.py`` writes, ``python docs/generate.py --check`` only compares.
"""

import csv
import difflib
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
import typer
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic_core import PydanticUndefined
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from typer.cli import get_docs_for_click

from dispatch.approvals.approval import APPROVAL, ApprovalStatus
from dispatch.assignments.assignment import STEPS
from dispatch.assignments.offer import OFFER, OfferStatus
from dispatch.broadcasts.broadcast import BROADCAST, BroadcastStatus
from dispatch.calls.call import CALL, GATE, CallStatus
from dispatch.channels.message import MESSAGE, MessageStatus
from dispatch.followups.followup import FOLLOW_UP, FollowUpStatus
from dispatch.incidents.incident import INCIDENT, IncidentStatus
from dispatch.ownership.handoff import HANDOFF, HandoffStatus
from dispatch.partners.relay import RELAY, RelayStatus
from dispatch.referrals.referral import REFERRAL, ReferralStatus
from dispatch.removals.removal import REMOVAL, RemovalStatus
from dispatch.scenes.scene import SCENE, SceneStatus
from dispatch.tasks.task import TASK, TaskStatus
from dispatch.transfers.transfer import TRANSFER, TransferStatus
from fleet.units.unit import UNIT, UnitStatus
from kit import web
from kit.settings import Settings
from kit.states import Table
from kit.tables import Base
from realtime import protocol
from server import tables
from server.app import build
from server.cli import app as commands
from server.login.routes import AnyActor

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(<!-- made: (?P<name>\S+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
WHO = {
    web.SignedIn: "everyone signed in",
    web.Dispatcher: "dispatcher",
    web.Administrator: "administrator",
    web.Crew: "crew",
    web.DispatcherOrCrew: "dispatcher, crew",
    web.DispatcherOrAdministrator: "dispatcher, administrator",
    web.PlannerOrAdministrator: "planner, administrator",
    web.Desk: "dispatcher, planner, administrator",
    AnyActor: "everyone signed in, also with a one-time password",
}
OPEN = {"/health": "everyone", "/metrics": "everyone", "/api/v1/session": "everyone"}
OPEN["/api/v1/exchange/events"] = "the telephone exchange, by its signature"
OPEN["/api/v1/channels/sms/events"] = "the gateway, by its signature"
OPEN["/api/v1/partners/{partner}/answers"] = "the partner, by its signature"
OPEN["/api/v1/partners/{partner}/calls"] = "the partner, by its signature"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def code(text: str) -> str:
    """Return the text as code, safe in a table."""
    return f"`{text}`".replace("|", "\\|")


def first_paragraph(text: str | None) -> str:
    """Return a docstring's first paragraph on one line, with Markdown's kind of code."""
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split()).replace("``", "`")


def settings() -> str:
    """Return every setting with its default."""
    rows = []
    for name, field in Settings.model_fields.items():
        given = field.default is not PydanticUndefined
        default = (
            (code(str(field.default)) if str(field.default) else "empty") if given else "see below"
        )
        rows.append((code(f"SAYYAR_{name.upper()}"), default, field.description or ""))
    return table(("variable", "default", "what it is"), rows)


def command_line() -> str:
    """Return the help of every command."""
    command = typer.main.get_command(commands)
    context = typer.Context(command, info_name="sayyar")
    text = get_docs_for_click(obj=command, ctx=context, name="sayyar")
    return text.replace("# `sayyar`\n\n", "", 1).strip() + "\n"


def states(subject: Table[Any, Any], status: type[StrEnum], first: str) -> str:
    """Return a status table as a diagram and as rows."""
    arrows = [f"    {was} --> {after}: {act}" for was, act, after in subject if was != after]
    ends = [f"    {one} --> [*]" for one in status if not subject.acts(one)]
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *arrows, *ends, "```", ""]
    rows = [(code(was), code(act), code(after)) for was, act, after in subject]
    return "\n".join([*diagram, table(("in", "act", "leads to"), rows)])


def milestones() -> str:
    """Return what each milestone does to the unit."""
    rows = [
        (code(one), ", ".join(map(code, step.during)), code(step.act) if step.act else "none")
        for one, step in STEPS.items()
    ]
    return table(("milestone", "while the unit is", "act on the unit"), rows)


def gate() -> str:
    """Return what may become of a call of each relevance."""
    rows = [(code(one), ", ".join(code(outcome) for outcome in GATE[one])) for one in GATE]
    return table(("relevance", "outcome"), rows)


def messages(union: Any) -> str:
    """Return every message of one direction with its fields."""
    return "\n".join(_struct(one, get_args(union)) for one in get_args(union))


def parts() -> str:
    """Return the structs that messages are made of."""
    found: dict[type, None] = {}
    tops = [one for _, _, union in DIRECTIONS for one in get_args(union)]
    for top in tops:
        _collect(top, found)
    return "\n".join(_struct(one, tops) for one in found if one not in tops)


def _collect(kind: Any, found: dict[type, None]) -> None:
    """Add every struct that ``kind`` is made of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind in found:
            return
        found[kind] = None
        for field in msgspec.structs.fields(kind):
            _collect(field.type, found)
    for part in get_args(kind):
        _collect(part, found)


def _struct(kind: Any, tops: Sequence[type]) -> str:
    config = kind.__struct_config__
    title = f"`{config.tag}`" if kind in tops else kind.__name__
    if not msgspec.structs.fields(kind):
        return f"#### {title}\n\n{first_paragraph(kind.__doc__)}\n"
    rows = [
        (code(field.name), code(_kind(field.type)), "yes" if field.required else "no")
        for field in msgspec.structs.fields(kind)
    ]
    text = " ".join(inspect.cleandoc(kind.__doc__ or "").split()).replace("``", "`")
    return f"#### {title}\n\n{text}\n\n{table(('field', 'type', 'always there'), rows)}"


def _kind(kind: Any) -> str:
    """Return a type as a reader of JSON understands it."""
    if get_origin(kind) is Annotated:
        return _kind(get_args(kind)[0])
    if get_origin(kind) is list:
        return f"[{_kind(get_args(kind)[0])}]"
    if get_origin(kind) is dict:
        return "object"
    if get_args(kind):
        return " | ".join(_kind(part) for part in get_args(kind))
    name: str = kind.__name__
    return {"NoneType": "null", "datetime": "instant"}.get(name, name)


def routes() -> str:
    """Return every route: who may call it, and what it does."""
    rows = []
    for context in iter_route_contexts(build(Settings(), "postgresql://").routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in sorted(context.methods or ()):
                does = first_paragraph(route.endpoint.__doc__)
                path = context.path or ""
                rows.append((code(f"{method} {path}"), _who(route, path), _once(route), does))
    return table(("route", "who", "`Idempotency-Key`", "what it does"), rows)


def _who(route: APIRoute, path: str) -> str:
    kinds = [one.annotation for one in inspect.signature(route.endpoint).parameters.values()]
    named = [WHO[kind] for kind in kinds if kind in WHO]
    return named[0] if named else OPEN.get(path, "a device's token")


def _once(route: APIRoute) -> str:
    return "yes" if "idempotency_key" in inspect.signature(route.endpoint).parameters else ""


def data_tables() -> str:
    """Return every table of the database with its columns."""
    mapped = {m.local_table: m.class_ for m in Base.registry.mappers}
    ours = [module.__name__ for module in tables.ALL]
    found = [(t, c) for t, c in mapped.items() if c.__module__ in ours]
    return "\n".join(
        f"### `{one}`\n\n{first_paragraph(kind.__doc__)}\n\n"
        + table(
            ("column", "type", "null"),
            [(code(c.name), _column(c), "yes" if c.nullable else "") for c in one.columns],
        )
        for one, kind in sorted(
            found, key=lambda pair: (ours.index(pair[1].__module__), str(pair[0]))
        )
    )


def _column(column: Any) -> str:
    kind: str = column.type.compile(dialect=PGDialect_psycopg())  # type: ignore[no-untyped-call]
    points = ", ".join(f"`{key.target_fullname}`" for key in column.foreign_keys)
    return f"{kind} → {points}" if points else kind


def code_lists() -> str:
    """Return the code lists of data/codes.csv."""
    with (ROOT / "data/codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lists: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        lists.setdefault(row["domain"], []).append(row)
    return "\n".join(
        f"### `{domain}`\n\n"
        + table(
            ("code", "English", "فارسی"),
            [(code(row["code"]), row["name_en"], row["name_fa"]) for row in words],
        )
        for domain, words in lists.items()
    )


DIRECTIONS = (
    ("console-in", "console to server", protocol.ConsoleIn),
    ("console-out", "server to console", protocol.ConsoleOut),
    ("unit-in", "unit to server", protocol.UnitIn),
    ("unit-out", "server to unit", protocol.UnitOut),
)
BLOCKS: dict[str, Callable[[], str]] = {
    "settings": settings,
    "commands": command_line,
    "unit-states": lambda: states(UNIT, UnitStatus, UnitStatus.OFF_DUTY),
    "incident-states": lambda: states(INCIDENT, IncidentStatus, IncidentStatus.WAITING),
    "offer-states": lambda: states(OFFER, OfferStatus, OfferStatus.OPEN),
    "call-states": lambda: states(CALL, CallStatus, CallStatus.RINGING),
    "gate": gate,
    "message-states": lambda: states(MESSAGE, MessageStatus, MessageStatus.QUEUED),
    "task-states": lambda: states(TASK, TaskStatus, TaskStatus.OPEN),
    "removal-states": lambda: states(REMOVAL, RemovalStatus, RemovalStatus.RUNNING),
    "referral-states": lambda: states(REFERRAL, ReferralStatus, ReferralStatus.SENT),
    "follow-up-states": lambda: states(FOLLOW_UP, FollowUpStatus, FollowUpStatus.OPEN),
    "scene-states": lambda: states(SCENE, SceneStatus, SceneStatus.DRAFT),
    "broadcast-states": lambda: states(BROADCAST, BroadcastStatus, BroadcastStatus.LIVE),
    "relay-states": lambda: states(RELAY, RelayStatus, RelayStatus.QUEUED),
    "handoff-states": lambda: states(HANDOFF, HandoffStatus, HandoffStatus.OPEN),
    "transfer-states": lambda: states(TRANSFER, TransferStatus, TransferStatus.SENT),
    "approval-states": lambda: states(APPROVAL, ApprovalStatus, ApprovalStatus.PENDING),
    "milestones": milestones,
    "console-in": lambda: messages(protocol.ConsoleIn),
    "console-out": lambda: messages(protocol.ConsoleOut),
    "unit-in": lambda: messages(protocol.UnitIn),
    "unit-out": lambda: messages(protocol.UnitOut),
    "parts": parts,
    "routes": routes,
    "tables": data_tables,
    "codes": code_lists,
}


def filled(text: str) -> str:
    """Return a page with every block made anew. Raises KeyError on an unknown block."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found['name']]()}\n", text)


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` print what differs; return the exit code."""
    differs = 0
    for page in sorted((ROOT / "docs").rglob("*.md")):
        was = page.read_text(encoding="utf-8")
        now = filled(was)
        if was == now:
            continue
        if "--check" not in arguments:
            page.write_text(now, encoding="utf-8")
            continue
        differs = 1
        name = str(page.relative_to(ROOT))
        sys.stdout.writelines(
            difflib.unified_diff(was.splitlines(True), now.splitlines(True), name, "as made now")
        )
    return differs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
