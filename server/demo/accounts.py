"""Accounts of the demo: made or taken over in the database, with passwords that nobody sees."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fleet.units import actions as units
from kit.clock import now
from kit.db import Connection, Database
from kit.errors import Refusal
from kit.identity import Role
from server.demo.habits import DISPATCHER
from server.login import actions, queries


@dataclass(frozen=True)
class SignIn:
    """A name and a password that lives in this process alone."""

    name: str
    password: str = field(repr=False)


async def account(conn: Connection, name: str, role: Role, unit_id: int | None = None) -> SignIn:
    """Give the account ``name`` a new password, making it first if need be.

    Raises Conflict ``name_taken`` when it exists and an administrator has disabled it.
    """
    password = await actions.one_time()
    row = await queries.account(conn, name)
    if row is None:
        await actions.add_account(conn, name, role, password.hash, unit_id)
        row = await queries.account(conn, name)
    assert row is not None  # noqa: S101 - it was just added
    await actions.choose_password(conn, row["id"], row["password_hash"], password.hash)
    await actions.end_sessions(conn, row["id"])
    return SignIn(name, password.text)


async def dispatcher(db: Database) -> SignIn:
    """Return the demo dispatcher's sign-in."""
    async with db.write() as conn:
        return await account(conn, DISPATCHER, Role.DISPATCHER)


async def crew(db: Database, unit_id: int, code: str) -> SignIn:
    """Return the sign-in of the demo crew of a unit."""
    async with db.write() as conn:
        return await account(conn, f"demo-{code.lower()}", Role.CREW, unit_id)


async def sign_off(db: Database, shift_ids: Sequence[int]) -> list[int]:
    """End the shifts, also when the server is gone; return those whose unit was busy."""
    busy = []
    for shift_id in shift_ids:
        try:
            async with db.write() as conn:
                await units.sign_off(conn, shift_id, now=now(), by=DISPATCHER)
        except Refusal:
            busy.append(shift_id)
    return busy
