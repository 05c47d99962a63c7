"""Writes of code lists: what stood before a day stays as it was."""

from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from geo.codes.schemas import CodeIn
from geo.queries import require_codes
from kit.db import Connection
from kit.errors import NotFound, invalid

EDITABLE = ("target_group", "call_channel", "desk", "disposition")
"""Lists of mere words, beside every list of reasons; the others have a meaning in the program."""

_VERSION = """domain, code, name_fa, name_en, extra->>'eido' AS eido, lower(valid) AS valid_from,
    upper(valid) AS valid_to"""
_ADD = f"""
INSERT INTO code (domain, code, name_fa, name_en, extra, valid)
VALUES (%(domain)s, %(code)s, %(name_fa)s, %(name_en)s, %(extra)s,
        daterange(%(valid_from)s, %(valid_to)s))
RETURNING {_VERSION}
"""
_END = f"""
UPDATE code SET valid = daterange(lower(valid), %(on)s)
 WHERE domain = %(domain)s AND code = %(code)s AND valid @> %(on)s::date AND lower(valid) < %(on)s
RETURNING {_VERSION}
"""


async def add(conn: Connection, word: CodeIn, today: date) -> dict[str, Any]:
    """Add a word from a day on, or rename it; return the version. Raises Invalid, Conflict."""
    await _check_editable(conn, word.domain)
    _check_day("valid_from", word.valid_from, today)
    if word.valid_to is not None and word.valid_to <= word.valid_from:
        raise invalid("valid_to", "must be after valid_from")
    if (word.eido is None) == (word.domain == "target_group"):
        raise invalid("eido", "a target group has an EIDO type, and nothing else has")
    if word.eido is not None:
        await require_codes(conn, word.valid_from, eido=("eido_type", [word.eido]))
    await conn.execute(_END, {"domain": word.domain, "code": word.code, "on": word.valid_from})
    extra = {"eido": word.eido} if word.eido else {}
    cursor = await conn.execute(_ADD, {**word.model_dump(), "extra": Jsonb(extra)})
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    return row


async def end(conn: Connection, domain: str, code: str, on: date, today: date) -> dict[str, Any]:
    """Let a word hold no longer from a day on; return the version. Raises Invalid, NotFound."""
    await _check_editable(conn, domain)
    _check_day("on", on, today)
    cursor = await conn.execute(_END, {"domain": domain, "code": code, "on": on})
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"{domain} has no {code!r} that would go on on {on}"[:200])
    return row


async def _check_editable(conn: Connection, domain: str) -> None:
    known = await conn.execute("SELECT FROM code WHERE domain = %s LIMIT 1", (domain,))
    if known.rowcount == 0 or (domain not in EDITABLE and not domain.endswith("_reason")):
        raise invalid("domain", f"can be one of {', '.join(EDITABLE)} or a list of reasons")


def _check_day(field: str, day: date, today: date) -> None:
    if day < today:
        raise invalid(field, "what has been stays as it was: today or later")
