"""What happened, as tables for a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from server.replay.outcome import Spread, Tally, by_reason, spreads
from server.replay.records import Skipped

SHOWN = 10
MEANS: Mapping[str, str] = {
    "no_units": "no vehicle was recorded",
    "too_far": "a unit was free, but farther than --farthest",
    "not_available": "a unit was on another incident",
    "stale_fix": "a unit's newest position was too old: its track has ended or has a gap",
    "no_fix": "a unit had no position yet: its track begins later",
    "off_shift": "a unit had no crew",
    "lacks_capability": "a unit lacked what was needed",
    "already_declined": "a unit had let an offer of this incident pass",
    "farther": "other units came first",
}


def clock(seconds: float | None) -> str:
    """Return a duration as h:mm:ss, or a dash for none."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def print_outcome(out: Console, tally: Tally, skipped: Sequence[Skipped], scale: float) -> None:
    """Print everything that came of the replay. ``scale``: recorded seconds a measured one."""
    if tally.stopped_early:
        out.print("[yellow]Stopped early: this is what had happened until then.[/yellow]")
    _print_skipped(out, skipped)
    out.print(_fixes(tally))
    out.print(_incidents(tally))
    if tally.unassigned_because:
        out.print(_unassigned(tally))
    out.print(_intervals(spreads(tally.served, scale)))


def _counts(title: str, rows: Sequence[tuple[str, int]], refused: Mapping[str, int]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, n in rows:
        table.add_row(name, str(n))
    for reason, n in sorted(refused.items()):
        table.add_row(f"  refused: {reason}", str(n))
    return table


def _fixes(tally: Tally) -> Table:
    rows = [("sent", tally.fixes_sent), ("accepted", tally.fixes_accepted)]
    rows += [(f"not sent: {why}", n) for why, n in sorted(tally.fixes_unsent.items())]
    return _counts("Fixes", rows, tally.fixes_refused)


def _incidents(tally: Tally) -> Table:
    rows = [
        ("calls", tally.calls),
        ("incidents", tally.calls - tally.calls_refused.total()),
        ("assigned", tally.assigned),
        ("  of them served to the end", len(tally.served)),
        ("unassigned", tally.unassigned),
        ("group not known, taken as other", tally.groups_unknown),
    ]
    return _counts("Incidents", rows, tally.calls_refused)


def _unassigned(tally: Tally) -> Table:
    title = "Why unassigned (an incident counts under each reason that kept some unit out)"
    table = Table("reason", "incidents", "meaning", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for reason, n in tally.unassigned_because.most_common():
        table.add_row(reason, str(n), MEANS.get(reason, ""))
    return table


def _intervals(found: Sequence[Spread]) -> Table:
    title = "Intervals in recorded time, of incidents served to the end"
    table = Table("interval", title=title, title_justify="left")
    for name in ("n", "without", "median", "P90"):
        table.add_column(name, justify="right")
    for one in found:
        table.add_row(one.name, str(one.n), str(one.without), clock(one.median_s), clock(one.p90_s))
    return table


def _print_skipped(out: Console, skipped: Sequence[Skipped]) -> None:
    if not skipped:
        return
    reasons: Counter[str] = by_reason(skipped)
    total = ", ".join(f"{reason}: {n}" for reason, n in reasons.most_common())
    out.print(f"[yellow]{len(skipped)} rows skipped[/yellow] ({total})", highlight=False)
    for row in skipped[:SHOWN]:
        out.print(f"  {row.file}, {row.place}: {row.reason}", highlight=False, markup=False)
    if len(skipped) > SHOWN:
        out.print(f"  and {len(skipped) - SHOWN} more")
