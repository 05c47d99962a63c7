"""What one flush writes beside the positions, each kind at once or apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import msgspec

from fleet.alarms import actions as alarms
from fleet.quarantine import actions as quarantine
from fleet.quarantine.plainer import bare, escaped
from fleet.tracking import actions
from fleet.tracking.fix import SignOfLife, Verdict
from fleet.tracking.states import SourceState, plain
from fleet.tracking.trail import Withdrawn
from kit.db import Connection
from realtime.apart import Put, Refused
from realtime.pending import Report

_Count = tuple[tuple[int, date, Verdict], int]


async def put_aside(
    conn: Connection, put: Put, reports: Sequence[tuple[Report, Verdict]]
) -> list[Refused[Report]]:
    """Write the quarantine, in a plainer form what it does not take; return what it never takes."""
    write = partial(quarantine.put, conn)
    lost: list[Refused[Report]] = []
    for (report, verdict), fault in await put(write, reports):
        if not await put(write, [(escaped(report), verdict)]):
            continue
        if await put(write, [(bare(report, fault), verdict)]):
            lost.append((report, fault))
    return lost


async def withdraw(conn: Connection, put: Put, withdrawn: Sequence[Withdrawn]) -> Counter[Verdict]:
    """Withdraw what was believed too early; return how many fixes went, by reason.

    When the place to go back to is refused, the unit has none until its next good fix.
    """
    moved = Counter[Verdict]()

    async def write(some: Sequence[Withdrawn]) -> None:
        moved.update(await quarantine.withdraw(conn, some))

    refused = await put(write, withdrawn)
    await put(write, [msgspec.structs.replace(gone, back=None) for gone, _ in refused])
    return moved


async def keep_states(conn: Connection, put: Put, states: Sequence[SourceState]) -> None:
    """Keep what each source last did; of one that is refused, at least that it was heard."""
    write = partial(actions.keep_states, conn)
    refused = await put(write, states)
    await put(write, [plain(state) for state, _ in refused])


async def count_refusals(
    conn: Connection, put: Put, refused: Mapping[tuple[int, date, Verdict], int]
) -> None:
    """Count what was refused, by unit, day and reason."""

    async def write(some: Sequence[_Count]) -> None:
        await actions.count_refusals(conn, dict(some))

    await put(write, [(key, n) for key, n in refused.items() if n])


async def call_for_help(conn: Connection, put: Put, signs: Sequence[SignOfLife]) -> None:
    """Raise the alarms of devices that call for help."""

    async def write(some: Sequence[SignOfLife]) -> None:
        for sign in some:
            by = f"device/{sign.source}"
            await alarms.call_for_help(conn, sign.unit_id, word=sign.alarm, at=sign.heard_at, by=by)

    await put(write, signs)
