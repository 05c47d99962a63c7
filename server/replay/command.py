"""The options of ``sayyar replay``; the work is in ``run``, imported only when it is called."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

FIX_HELP = "which column is what: unit, time, lat, lon, heading, speed (m/s), accuracy (m)"
CALL_HELP = "which column is what: time, lat, lon, group, priority"


def replay(
    fixes: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="tracks, CSV or GPX; repeatable"),
    ] = None,
    incidents: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="calls, CSV")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            help="recorded seconds that pass in one; default: as fast as it goes, with --base 1",
        ),
    ] = None,
    fix_columns: Annotated[str, typer.Option(help=FIX_HELP)] = "",
    incident_columns: Annotated[str, typer.Option(help=CALL_HELP)] = "",
    time_zone: Annotated[
        str, typer.Option(help="the zone of times that name none, as Europe/London")
    ] = "UTC",
    time_format: Annotated[
        str, typer.Option(help="how times are written, as %d/%m/%Y %H:%M; default: ISO or epoch")
    ] = "",
    group: Annotated[
        list[str] | None,
        typer.Option(help="what a call's group means: PREFIX=GROUP[:PRIORITY]; repeatable"),
    ] = None,
    align: Annotated[
        bool, typer.Option(help="move the calls: the first comes with the first fix")
    ] = False,
    ground: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="boundaries, GeoJSON; default: one county"),
    ] = None,
    answer: Annotated[float, typer.Option(min=0, help="seconds until a crew accepts")] = 10,
    turnout: Annotated[float, typer.Option(min=0, help="seconds until it sets out")] = 120,
    on_scene: Annotated[float, typer.Option(min=0, help="minutes on scene")] = 30,
    patience: Annotated[
        float, typer.Option(min=0, help="minutes until a call without a unit is given up")
    ] = 15,
    farthest: Annotated[
        float, typer.Option(min=0, help="minutes of travel beyond which no unit is sent")
    ] = 120,
    base: Annotated[str, typer.Option(help="play into this server instead of one of its own")] = "",
    dispatcher: Annotated[
        str, typer.Option(help="with --base: who takes the calls")
    ] = "dispatcher",
    administrator: Annotated[
        str, typer.Option(help="with --base: who enrols the devices")
    ] = "admin",
) -> None:
    """Play recorded tracks and calls through the real server, and tell what came of them.

    CSV columns are found by usual names; say it otherwise as
    --fix-columns "unit=vehicle_id,time=timestamp,lat=latitude,lon=longitude", and for a file
    without names by number, from 1: --incident-columns "lat=1,lon=2,group=3,time=4".
    Bad rows are skipped and told by line; rows are played in the order of their times.

    By default it runs in a server and a database of its own, in a temporary directory, and never
    touches yours. There the clock is the recorded one and stands still while the server works,
    so positions are vetted with their own instants and intervals are exact at any speed. Its
    ground is one county around the data, or --ground; each vehicle is a unit of one centre.

    With --base it plays into a server of yours, for a training desk: instants become those of
    playing, --speed times closer together, intervals are told in recorded time, and above
    speed 1 that server may rightly refuse fixes as impossible jumps. Vehicles drive units that
    are off duty. The passwords are asked for, or taken from SAYYAR_DISPATCHER_PASSWORD and
    SAYYAR_ADMINISTRATOR_PASSWORD.

    Each call is offered to the best unit within --farthest; its crew accepts, sets out, arrives
    after the travel time of the model and clears. Its recorded track goes on meanwhile: tracks
    do not drive to our incidents. A group that is not known becomes "other", priority 3.
    """
    from server.replay import run

    out = Console()
    files = run.Files(
        fixes or [],
        incidents,
        fix_columns,
        incident_columns,
        run.times(time_zone, time_format),
        align,
    )
    conduct = run.Conduct(answer, turnout, on_scene * 60, patience * 60, farthest * 60)
    boundaries = ground.read_bytes() if ground else None
    script = run.Script(conduct, run.told(group or []), speed, boundaries)
    target = run.Target(base.rstrip("/"), dispatcher, administrator) if base else None
    run.run(out, files, script, target)
