"""The ``sayyar`` command."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console

from kit import log
from kit.clock import day_of, now
from kit.db import Connection, Database
from kit.errors import Refusal
from kit.settings import Settings
from server.binaries import ClusterError
from server.replay.command import replay

app = typer.Typer(
    help="Sayyar: dispatch and fleet tracking for mobile social-services teams.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console()
Act = Callable[[Connection], Awaitable[None]]


def _settings() -> Settings:
    """Return the settings; what is wrong with them is named and ends the command."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [(map(str, fault["loc"]), fault["msg"]) for fault in error.errors()]
        said = [f"SAYYAR_{'.'.join(where).upper() or '*'}: {what}" for where, what in wrong]
    except SettingsError as error:
        said = [str(error)]
    for line in said:
        typer.secho(line, fg="red", err=True)
    raise typer.Exit(2)


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the DSN: your own, or the embedded cluster's, started for this command if need be."""
    from server.cluster import Cluster

    if settings.dsn:
        yield settings.dsn
        return
    with Cluster(settings.data_dir).borrowed() as cluster:
        yield cluster.dsn()


async def _writing(dsn: str, act: Act) -> None:
    db = Database(dsn, size=2)
    await db.open()
    try:
        async with db.write() as conn:
            await act(conn)
    finally:
        await db.close()


@app.command()
def up(
    demo: Annotated[
        bool, typer.Option(help="also run demo traffic, as `sayyar demo` does by default")
    ] = False,
) -> None:
    """Start everything: database, migrations, seed, server. Ctrl-C stops it."""
    from server.demo.run import Plan, beside
    from server.up import run

    settings = _settings()
    log.configure(as_json=settings.log_json)
    with suppress(KeyboardInterrupt):
        run(settings, out, beside(settings, Plan(), out.print) if demo else None)


@app.command(name="demo")
def demo_(
    base: Annotated[str, typer.Option(help="the server's address")] = "http://127.0.0.1:8123",
    rate: Annotated[float, typer.Option(min=0.1, max=3600, help="calls an hour")] = 30,
    speed: Annotated[
        float,
        typer.Option(min=0.1, help="shortens pauses and drives: at 6 a mission takes some minutes"),
    ] = 6,
    leave_to_human: Annotated[
        float,
        typer.Option(min=0, max=1, help="the share of demo calls that wait for a human dispatcher"),
    ] = 0,
    without: Annotated[
        list[str] | None, typer.Option(help="a unit, by code, to leave to people; repeatable")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="the same seed draws the same calls and answers")
    ] = None,
) -> None:
    """Run demo traffic on a server of this machine until Ctrl-C.

    Crews sign on to every unit that is off duty, drive between settlements with GPS noise and
    gaps, accept offers after some seconds (at times decline or stay silent), and drive to the
    job and through it. Calls come in by population; a demo dispatcher offers each to the best
    unit and closes it. All of it goes over the same HTTP and sockets as real clients, and every
    demo call says that it is one («نمایشی»).

    A human dispatcher may work beside it: the demo touches its own incidents only. To take a
    unit over, end its demo shift on the team page and begin your own: the demo lets go of it.
    The demo's accounts (demo-…) get new passwords that nobody sees, so it needs this machine's
    database. At --speed 4 and more vehicles drive at up to 200 km/h.
    """
    from server.demo.habits import Pace
    from server.demo.run import Plan, demo

    plan = Plan(rate, leave_to_human, Pace(speed), seed, tuple(without or ()))
    with database(_settings()) as dsn, suppress(KeyboardInterrupt):
        asyncio.run(demo(base.rstrip("/"), dsn, plan, out.print))


@app.command(name="migrate")
def migrate_() -> None:
    """Bring the database to the newest migration."""
    from server import migrate

    with database(_settings()) as dsn:
        migrate.to_head(dsn)
    out.print("The database is at the newest migration.")


@app.command()
def seed() -> None:
    """Load the seed tables of data/ and make the first accounts; what stands is left alone."""
    from server.up import prepare

    with database(_settings()) as dsn:
        accounts = asyncio.run(prepare(dsn))
    for account in accounts:
        out.print(f"{account.name}  {account.password}  {account.role.value}")
    out.print("Seeded.")


@app.command()
def password(name: str) -> None:
    """Give an account a new one-time password, and end its sessions."""
    from server.login.actions import one_time, reset_password

    async def act(conn: Connection) -> None:
        new = await one_time()
        await reset_password(conn, name, new.hash)
        out.print(f"{name}  {new.text}")

    with database(_settings()) as dsn:
        asyncio.run(_writing(dsn, act))


@app.command()
def import_boundaries(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a GeoJSON file")],
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the first day; default today")
    ] = None,
    code: Annotated[str, typer.Option(help="the property that holds the code")] = "",
    name_fa: Annotated[str, typer.Option(help="the property that holds the Persian name")] = "",
    name_en: Annotated[str, typer.Option(help="the property that holds the English name")] = "",
    replace: Annotated[bool, typer.Option(help="end every county that is not in the file")] = False,
) -> None:
    """Import county boundaries from any GeoJSON; refuses faults, with the place of each."""
    from geo.actions import import_areas
    from geo.geojson import Options, read_areas

    settings = _settings()
    on = valid_from.date() if valid_from else day_of(now(), settings.time_zone)
    areas = read_areas(file.read_bytes(), Options(code=code, name_fa=name_fa, name_en=name_en))

    async def act(conn: Connection) -> None:
        n = await import_areas(conn, areas, on, replace=replace)
        out.print(f"{n} counties hold from {on}.")

    with database(settings) as dsn:
        asyncio.run(_writing(dsn, act))


@app.command()
def import_places(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a CSV file")],
    roads: Annotated[
        bool, typer.Option(help="the file has kilometres of roads, not places")
    ] = False,
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the first day; default today")
    ] = None,
) -> None:
    """Import places, or kilometres of roads, into the gazetteer; a known code is replaced."""
    from geo.gazetteer.actions import put_places, put_roads
    from geo.gazetteer.sheet import PlaceEntry, RoadPointEntry
    from geo.sheet import read_rows

    settings = _settings()
    on = valid_from.date() if valid_from else day_of(now(), settings.time_zone)
    text = file.read_text("utf-8")

    async def act(conn: Connection) -> None:
        if roads:
            n = await put_roads(conn, read_rows(text, RoadPointEntry), on)
        else:
            n = await put_places(conn, read_rows(text, PlaceEntry), on)
        out.print(f"{n} {'roads' if roads else 'places'} hold from {on}.")

    with database(settings) as dsn:
        asyncio.run(_writing(dsn, act))


app.command()(replay)


@app.command()
def doctor() -> None:
    """Say what is missing, and the command that mends it."""
    from server.doctor import checks

    found = checks(_settings())
    for check in found:
        mark = "[green]ok[/green]     " if check.ok else "[red]missing[/red]"
        out.print(f"{mark} {check.name}: {check.detail}")
        if not check.ok:
            out.print(f"        mend it: {check.mend}")
    if not all(check.ok for check in found):
        raise typer.Exit(1)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document, with every message of the wire among its schemas."""
    from server.app import build

    document = build(_settings(), "postgresql://").openapi()
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def main() -> None:
    """Run the command; a refusal is a sentence, not a traceback."""
    try:
        app()
    except (Refusal, ClusterError) as refusal:
        Console(stderr=True).print(f"[red]{refusal}[/red]")
        for fault in getattr(refusal, "errors", []):
            Console(stderr=True).print(f"  {fault.field}: {fault.fault}")
        sys.exit(1)
