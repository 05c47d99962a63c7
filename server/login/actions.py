"""Writes of accounts and sessions."""

from datetime import datetime, timedelta

from kit.db import Connection
from kit.errors import Conflict, NotFound, explain_constraint
from kit.identity import Role, new_password, new_token, token_hash
from server.login.passwords import hashed

explain_constraint("account_name_key", "name_taken", "another account has this name")


async def add_account(conn: Connection, name: str, role: Role, unit_id: int | None = None) -> str:
    """Add an account and return its one-time password. Raises Conflict ``name_taken``."""
    password = new_password()
    await conn.execute(
        "INSERT INTO account (name, role, unit_id, password_hash) VALUES (%s, %s, %s, %s)",
        (name, role.value, unit_id, await hashed(password)),
    )
    return password


async def reset_password(conn: Connection, name: str) -> str:
    """Give an account a new one-time password, end its sessions, return it. Raises NotFound."""
    password = new_password()
    cursor = await conn.execute(
        """UPDATE account SET password_hash = %s, must_change_password = true
           WHERE name = %s RETURNING id""",
        (await hashed(password), name),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no account {name}")
    await end_sessions(conn, row["id"])
    return password


async def choose_password(conn: Connection, account_id: int, password: str) -> None:
    """Set the password that a person chose."""
    await conn.execute(
        "UPDATE account SET password_hash = %s, must_change_password = false WHERE id = %s",
        (await hashed(password), account_id),
    )


async def begin_session(conn: Connection, account_id: int, now: datetime, lasts: timedelta) -> str:
    """Begin a session; return the token for the cookie."""
    token = new_token()
    await conn.execute(
        """INSERT INTO session (token_hash, account_id, created_at, expires_at)
           VALUES (%s, %s, %s, %s)""",
        (token_hash(token), account_id, now, now + lasts),
    )
    return token


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
