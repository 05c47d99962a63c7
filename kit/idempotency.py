"""A POST that creates may be sent again: the same key gives the same answer, once done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from kit.db import Connection
from kit.errors import Conflict, Invalid, explain_constraint
from kit.identity import token_hash
from kit.web import json

explain_constraint(
    "idempotency_pkey", "in_progress", "the same request is being done now; send it again"
)


class KeyReused(Invalid):
    """The same idempotency key came with a different request (422)."""

    code = "idempotency_key_reused"


REUSED = "this idempotency key was used for another request"


async def once(
    conn: Connection, who: str, key: str | None, asked: str, make: Callable[[], Awaitable[str]]
) -> tuple[str, bool]:
    """Return the body that ``make`` gives, or gave when ``key`` came before; and whether again.

    ``asked`` is the request in a comparable form. Two at once wait for each other: the key is a
    row of the same transaction as the work. Raises KeyReused when the key meant something else.
    """
    if key is None:
        return await make(), False
    mark = token_hash(asked)
    cursor = await conn.execute(
        """INSERT INTO idempotency (who, key, asked) VALUES (%s, %s, %s)
           ON CONFLICT DO NOTHING RETURNING 1 AS new""",
        (who, key, mark),
    )
    if await cursor.fetchone() is None:
        return await _again(conn, who, key, mark), True
    body = await make()
    await conn.execute(
        "UPDATE idempotency SET body = %s WHERE who = %s AND key = %s", (body, who, key)
    )
    return body, False


async def _again(conn: Connection, who: str, key: str, mark: bytes) -> str:
    body = await _answered(conn, who, key, mark)
    if body is None:
        raise KeyReused(REUSED)
    return body


async def _answered(conn: Connection, who: str, key: str, mark: bytes) -> str | None:
    """Return what the key's request was answered, None when it is new. Raises KeyReused."""
    cursor = await conn.execute(
        "SELECT asked, body FROM idempotency WHERE who = %s AND key = %s", (who, key)
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    if row["asked"] != mark:
        raise KeyReused(REUSED)
    return str(row["body"])


async def created(
    conn: Connection,
    request: Request,
    who: str,
    key: str | None,
    make: Callable[[], Awaitable[str]],
) -> Response:
    """Answer a creating POST: 201 with its body, the same again for the same key."""
    body, again = await once(conn, who, key, await _asked(request), make)
    return _answer(body, again=again)


async def forget(conn: Connection, who: str, key: str | None) -> None:
    """Forget a key of this transaction: its request was refused, and what it did is kept."""
    await conn.execute("DELETE FROM idempotency WHERE who = %s AND key = %s", (who, key))


async def created_secret(
    conn: Connection,
    request: Request,
    who: str,
    key: str | None,
    make: Callable[[], Awaitable[str]],
) -> Response:
    """Answer a POST that creates a secret: shown once, never stored, so not shown again.

    Raises Conflict ``shown_once`` when the key comes again.
    """
    shown: list[str] = []

    async def hidden() -> str:
        shown.append(await make())
        return ""

    await once(conn, who, key, await _asked(request), hidden)
    if not shown:
        raise Conflict("it was done, and its secret is shown only once", code="shown_once")
    return _answer(shown[0], again=False)


async def _asked(request: Request) -> str:
    sent = (await request.body()).decode("latin-1")
    return f"{request.url.path}\n{sent}"


def _answer(body: str, *, again: bool) -> Response:
    extra = {"Idempotency-Replayed": "true"} if again else {}
    return json(body, 201, **extra)


# --- the same within one statement, for the hot paths


@dataclass(frozen=True)
class Once:
    """One creating request: who sent it, under which key if any, and the hash of what it asked."""

    who: str = ""
    key: str | None = None
    mark: bytes = b""

    @property
    def params(self) -> dict[str, Any]:
        """Return the parameters of ``FRESH`` and ``keep_sql``."""
        return {"once_who": self.who, "once_key": self.key, "once_mark": self.mark}


FRESH = """NOT EXISTS (SELECT FROM idempotency WHERE who = %(once_who)s AND key = %(once_key)s)"""


def keep_sql(body: str, source: str) -> str:
    """Return the INSERT that keeps the answer ``body`` (SQL, read from the FROM ``source``)."""
    return f"""INSERT INTO idempotency (who, key, asked, body)
        SELECT %(once_who)s, %(once_key)s, %(once_mark)s, {body}::text
        {source} WHERE %(once_key)s::text IS NOT NULL"""


class Done(Exception):  # noqa: N818 - not an error: it was done before
    """The request was done when it came before; ``body`` is what it was answered."""

    def __init__(self, body: str) -> None:
        super().__init__("done before")
        self.body = body


async def check_new(conn: Connection, once: Once) -> None:
    """Tell why a statement with ``FRESH`` did nothing. Raises Done, KeyReused."""
    if once.key is not None:
        body = await _answered(conn, once.who, once.key, once.mark)
        if body is not None:
            raise Done(body)


async def created_at_once(
    request: Request, who: str, key: str | None, make: Callable[[Once], Awaitable[str]]
) -> Response:
    """Answer a creating POST whose one statement keeps the key itself, as ``created`` does."""
    mark = token_hash(await _asked(request))
    try:
        return _answer(await make(Once(who, key, mark)), again=False)
    except Done as done:
        return _answer(done.body, again=True)
