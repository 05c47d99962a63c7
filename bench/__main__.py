"""``python -m bench``: run the measurements, print the tables, write them into documents."""

import asyncio
import importlib
import os
import platform
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from bench.report import Report, write
from bench.stand import Stand, pool, standing

NAMES = (
    "offer",
    "claims",
    "journal",
    "search",
    "fixes",
    "history",
    "latency",
    "vetting",
    "fuzz",
    "fanout",
    "start",
    "reconnect",
    "tracks",
    "night",
)
Measure = Callable[[Stand, bool], Awaitable[Report]]


async def _run(names: list[str], quick: bool, out: Console) -> dict[str, str]:
    sections = {}
    async with standing() as stand:
        sections["machine"] = await _machine(stand)
        for name in names:
            began = time.monotonic()
            measure: Measure = importlib.import_module(f"bench.{name}").run
            report = await measure(stand, quick)
            report.show(out)
            out.print(f"  took {time.monotonic() - began:.0f} s\n")
            command = f"Command: `bin/bench {name}`" + (" `--quick`" if quick else "")
            sections[name] = f"{command}\n\n{report.markdown()}"
    return sections


async def _machine(stand: Stand) -> str:
    """Say on what it was measured, in general words."""
    async with pool(stand.cluster.dsn("bench_template")) as db, db.read() as conn:
        sql = "SELECT current_setting('server_version') AS pg, postgis_lib_version() AS gis"
        row = await (await conn.execute(sql)).fetchone()
    assert row is not None
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores of {platform.machine()}, {gigabytes:.0f} GB, Linux;"
        f" Python {platform.python_version()}, PostgreSQL {row['pg'].split()[0]},"
        f" PostGIS {row['gis']}. Clients, server and database share the cores."
    )


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"of: {' '.join(NAMES)}")] = None,
    quick: Annotated[bool, typer.Option(help="small and rough: does it run?")] = False,
    write_to: Annotated[
        list[Path] | None,
        typer.Option("--write", exists=True, help="documents whose figures are to be replaced"),
    ] = None,
) -> None:
    """Measure side by side and print ratios; with no names, everything."""
    unknown = set(names or ()) - set(NAMES)
    if unknown:
        raise typer.BadParameter(f"no such measurement: {', '.join(sorted(unknown))}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sections = runner.run(_run(list(names or NAMES), quick, Console()))
    for path in write_to or ():
        write(path, sections)


if __name__ == "__main__":
    typer.run(main)
