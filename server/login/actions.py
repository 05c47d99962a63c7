"""Writes of accounts and sessions."""

from datetime import datetime, timedelta
from typing import NamedTuple

from kit.db import Connection
from kit.errors import Conflict, NotFound, explain_constraint
from kit.identity import Role, new_password, new_token, token_hash
from server.login.passwords import hashed

explain_constraint("account_name_key", "name_taken", "another account has this name")


class Secret(NamedTuple):
    """A one-time password, and what is stored of it."""

    text: str
    hash: str


async def one_time() -> Secret:
    """Return a new one-time password; made before a transaction, since hashing is slow."""
    text = new_password()
    return Secret(text, await hashed(text))


async def add_account(
    conn: Connection, name: str, role: Role, password_hash: str, unit_id: int | None = None
) -> None:
    """Add an account with a one-time password. Raises Conflict ``name_taken``."""
    await conn.execute(
        "INSERT INTO account (name, role, unit_id, password_hash) VALUES (%s, %s, %s, %s)",
        (name, role.value, unit_id, password_hash),
    )


async def reset_password(conn: Connection, name: str, password_hash: str) -> None:
    """Give an account a one-time password and end its sessions. Raises NotFound."""
    cursor = await conn.execute(
        """UPDATE account SET password_hash = %s, must_change_password = true
           WHERE name = %s RETURNING id""",
        (password_hash, name),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no account {name}")
    await end_sessions(conn, row["id"])


async def choose_password(
    conn: Connection, account_id: int, old_hash: str | None, new_hash: str
) -> None:
    """Set the password that a person chose. Raises Conflict when it was changed meanwhile."""
    cursor = await conn.execute(
        """UPDATE account SET password_hash = %s, must_change_password = false
           WHERE id = %s AND password_hash = %s""",
        (new_hash, account_id, old_hash),
    )
    if not cursor.rowcount:
        raise Conflict("the password was changed meanwhile", code="changed")


async def begin_session(
    conn: Connection, account_id: int, password_hash: str, now: datetime, lasts: timedelta
) -> str | None:
    """Begin a session; return the token for the cookie.

    Returns None when the password that was checked is no longer the account's.
    """
    token = new_token()
    cursor = await conn.execute(
        """INSERT INTO session (token_hash, account_id, created_at, expires_at)
           SELECT %s, id, %s, %s FROM account
           WHERE id = %s AND password_hash = %s AND disabled_at IS NULL FOR SHARE""",
        (token_hash(token), now, now + lasts, account_id, password_hash),
    )
    return token if cursor.rowcount else None


async def end_session(conn: Connection, token: str) -> None:
    """End a session; harmless when it has ended."""
    await conn.execute("DELETE FROM session WHERE token_hash = %s", (token_hash(token),))


async def end_sessions(conn: Connection, account_id: int, but: bytes = b"") -> None:
    """End every session of an account, save the one with the hash ``but``."""
    await conn.execute(
        "DELETE FROM session WHERE account_id = %s AND token_hash <> %s", (account_id, but)
    )


async def disable(conn: Connection, name: str, now: datetime, by: str) -> None:
    """Shut an account out and end its sessions. Raises NotFound, Conflict for one's own."""
    if name == by:
        raise Conflict("you cannot disable your own account", code="own_account")
    cursor = await conn.execute(
        "UPDATE account SET disabled_at = %s WHERE name = %s AND disabled_at IS NULL RETURNING id",
        (now, name),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no account {name}")
    await end_sessions(conn, row["id"])
