"""A POST that creates may be sent again: the same key gives the same answer, once done."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response

from kit.db import Connection
from kit.errors import Invalid
from kit.identity import token_hash
from kit.web import json


class KeyReused(Invalid):
    """The same idempotency key came with a different request (422)."""

    code = "idempotency_key_reused"


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
    cursor = await conn.execute(
        "SELECT asked, body FROM idempotency WHERE who = %s AND key = %s", (who, key)
    )
    row = await cursor.fetchone()
    if row is None or row["asked"] != mark:
        raise KeyReused("this idempotency key was used for another request")
    return str(row["body"])


async def created(
    conn: Connection,
    request: Request,
    who: str,
    key: str | None,
    make: Callable[[], Awaitable[str]],
) -> Response:
    """Answer a creating POST: 201 with its body, the same again for the same key."""
    sent = (await request.body()).decode("latin-1")
    asked = f"{request.url.path}\n{sent}"
    body, again = await once(conn, who, key, asked, make)
    extra = {"Idempotency-Replayed": "true"} if again else {}
    return json(body, 201, **extra)
