"""The journal: what stood in the beginning and every fact since lead to what stands in the end."""

import msgspec

from dispatch.timeline import fact_json
from kit.journal import Row
from realtime.board import Board
from realtime.facts import Board as Stored
from realtime.facts import Fact
from tests.support.night.night import Outcome

LISTS = [name for name in Stored.__struct_fields__ if name != "positions"]
JOURNAL = """SELECT id, at, kind, stream, by_name, body::text
    FROM journal ORDER BY id"""


async def the_journal_replays(night: Outcome) -> list[str]:
    """Apply the stored facts to the board of the beginning; compare with the database's own."""
    rows = await night.server.sql(JOURNAL)
    decode = msgspec.json.Decoder(Fact).decode
    stored = [decode(fact_json(Row(*row), f'"seq":{n}')) for n, row in enumerate(rows, 1)]
    board = Board()
    board.load(night.first)
    for fact in stored:
        board.apply(fact)
    faults = differences(board.message([]), night.last)
    if [fact.kind for fact in stored] != [fact.kind for fact in night.facts]:
        faults.append(f"{len(stored)} facts are stored, {len(night.facts)} were heard")
    return faults


async def every_console_agrees(night: Outcome) -> list[str]:
    """Compare each console that is linked, also those that were cut off, with the database."""
    faults = []
    for n, desk in enumerate(night.consoles):
        found = differences(desk.board.message([]), night.last)
        faults += [f"console {n}: {fault}" for fault in found]
    return faults


def differences(found: Stored, expected: Stored) -> list[str]:
    """Return what of two boards is not the same, but for the positions: those replace."""
    return [
        f"{name}: {one} is not {other}"
        for name in LISTS
        for one, other in [(getattr(found, name), getattr(expected, name))]
        if one != other
    ]
