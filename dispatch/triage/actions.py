"""Writes of triage: the first rules, and what was suggested and chosen."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import msgspec
from psycopg.types.json import Jsonb

from dispatch.triage.sheet import TriageRuleRow
from dispatch.triage.triage import Suggestion, counts
from geo.sheet import read_rows
from kit.db import Connection

FILE = "triage_rules.csv"
_SEED = """
INSERT INTO triage_rule (code, name_fa, name_en, group_code, flags, priority, needs, prompts, valid)
SELECT %(code)s, %(name_fa)s, %(name_en)s, %(group)s, %(flags)s, %(priority)s, %(needs)s,
       %(prompts)s, daterange(%(valid_from)s, %(valid_to)s)
 WHERE %(code)s <> ALL(%(standing)s::text[])
"""


async def seed(conn: Connection, folder: Path) -> int:
    """Add the rules of the file whose code has no row yet; return how many."""
    found = await (await conn.execute("SELECT DISTINCT code FROM triage_rule")).fetchall()
    standing, added = [row["code"] for row in found], 0
    for row in read_rows((folder / FILE).read_text("utf-8"), TriageRuleRow):
        listed = {
            "flags": row.flags.split(),
            "prompts": row.prompts.split(),
            "needs": Jsonb(counts(row.needs)),
        }
        values = msgspec.structs.asdict(row) | listed | {"standing": standing}
        added += (await conn.execute(_SEED, values)).rowcount
    return added


@dataclass(frozen=True)
class Choice:
    """What was suggested on a day for a group and flags, and what was chosen, by whom and why."""

    day: date
    group: str
    flags: list[str]
    suggestion: Suggestion
    priority: int
    needs: list[str]
    reason: str | None
    by: str


async def keep(conn: Connection, incident_id: int, choice: Choice, now: datetime) -> None:
    """Keep with the incident what was suggested and chosen, for looking back."""
    overridden = choice.suggestion.priority not in {None, choice.priority}
    await conn.execute(
        """INSERT INTO incident_triage (incident_id, at, by_name, day, group_code, flags,
             suggestion, priority, needs, reason)
           VALUES (%(id)s, %(now)s, %(by)s, %(day)s, %(group)s, %(flags)s, %(said)s, %(priority)s,
             %(needs)s, %(why)s)""",
        {
            **vars(choice),
            "id": incident_id,
            "now": now,
            "said": Jsonb(msgspec.to_builtins(choice.suggestion)),
            "why": choice.reason if overridden else None,
        },
    )
