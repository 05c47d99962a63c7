"""Reads of triage."""

from collections.abc import Sequence
from datetime import date

import msgspec

from dispatch.triage.triage import Rule, Suggestion, suggest
from kit.db import Connection

_RULES = """
SELECT code, name_fa, name_en, group_code AS group, flags, priority, needs, prompts
  FROM triage_rule WHERE valid @> %s::date ORDER BY code
"""


async def rules_on(conn: Connection, day: date) -> list[Rule]:
    """Return the rules of a day, by code."""
    rows = await (await conn.execute(_RULES, (day,))).fetchall()
    return msgspec.convert(rows, list[Rule])


async def suggestion(conn: Connection, day: date, group: str, flags: Sequence[str]) -> Suggestion:
    """Return what the rules of a day suggest for a case."""
    return suggest(await rules_on(conn, day), group, flags)
