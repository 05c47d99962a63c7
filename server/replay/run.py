"""A replay from beginning to end: files read, played, told."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console

from kit.errors import invalid
from server.replay.gpx import read_tracks
from server.replay.groups import parse as told
from server.replay.own import replay_here
from server.replay.player import Conduct
from server.replay.recording import Recording, overlap, together
from server.replay.records import CallRow, FixRow, Sheet, Times, read_calls, read_fixes
from server.replay.stage import Script, SignIns, replay_at
from server.replay.table import print_outcome

__all__ = ["Conduct", "Files", "Script", "Target", "run", "times", "told"]


@dataclass(frozen=True)
class Files:
    """What to read, and how."""

    fixes: Sequence[Path]
    incidents: Path | None
    fix_columns: str
    incident_columns: str
    times: Times
    align: bool


@dataclass(frozen=True)
class Target:
    """A server that is not the replay's own, and who signs in there."""

    base: str
    dispatcher: str
    administrator: str

    def sign_ins(self) -> SignIns:
        """Return both sign-ins; a password that the environment lacks is asked for."""
        return SignIns(
            (self.dispatcher, _password(self.dispatcher, "SAYYAR_DISPATCHER_PASSWORD")),
            (self.administrator, _password(self.administrator, "SAYYAR_ADMINISTRATOR_PASSWORD")),
        )


def _password(name: str, variable: str) -> str:
    return os.environ.get(variable) or str(typer.prompt(f"Password of {name}", hide_input=True))


def run(out: Console, files: Files, script: Script, target: Target | None) -> None:
    """Replay, and print what came of it. Raises Invalid when nothing can be played."""
    recording = read(out, files)
    if target:
        tally = asyncio.run(replay_at(target.base, target.sign_ins(), recording, script))
    else:
        tally = asyncio.run(replay_here(recording, script))
    skipped = [*recording.fixes.skipped, *recording.calls.skipped]
    print_outcome(out, tally, skipped, (script.speed or 1) if target else 1)


def times(zone: str, time_format: str) -> Times:
    """Return how to read times. Raises Invalid for an unknown zone."""
    try:
        return Times(ZoneInfo(zone), time_format)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid("--time-zone", f"{zone!r} is not a known time zone") from error


def read(out: Console, files: Files) -> Recording:
    """Read the files, and say what they hold. Raises Invalid when nothing is left to play."""
    tracks: Sheet[FixRow] = Sheet()
    for file in files.fixes:
        tracks.add(_read_tracks(file, files))
    calls: Sheet[CallRow] = Sheet()
    if files.incidents:
        calls = read_calls(files.incidents, files.incident_columns, files.times)
    recording = Recording(tracks, calls)
    recording = together(recording) if files.align else recording
    found = recording.instants()
    out.print(
        f"{len(tracks.rows)} fixes of {len(recording.vehicles())} vehicles and {len(calls.rows)}"
        f" calls, from {found[0]:%Y-%m-%d %H:%M} to {found[-1]:%Y-%m-%d %H:%M} UTC",
        highlight=False,
    )
    if not overlap(recording):
        out.print("[yellow]No call came while there were fixes; --align brings them together.[/]")
    return recording


def _read_tracks(file: Path, files: Files) -> Sheet[FixRow]:
    if file.suffix.lower() == ".gpx":
        return read_tracks(file, files.times)
    return read_fixes(file, files.fix_columns, files.times)
