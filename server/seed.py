"""The first filling of a database: the ground, the units, and accounts to sign in with."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from dispatch.triage import actions as triage
from fleet.crews import actions as crews
from fleet.crews.schemas import RosterIn
from fleet.units import actions as units
from geo import actions as ground
from geo.gazetteer.actions import seed_places
from geo.gazetteer.sheet import of_settlement
from geo.sheet import HolidayRow, RosterRow, SettlementRow, UnitRow, read_rows
from kit.clock import now
from kit.db import Connection, Database
from kit.identity import Role
from server.login import actions as login
from server.login import queries as accounts

DESK_ACCOUNTS = (
    ("dispatcher", Role.DISPATCHER),
    ("planner", Role.PLANNER),
    ("admin", Role.ADMINISTRATOR),
)
DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class SignInName:
    """An account that was just made, with its one-time password."""

    name: str
    role: Role
    password: str


async def seed(db: Database, folder: Path = DATA) -> list[SignInName]:
    """Load the seed tables and make the first accounts; what stands already is left alone."""
    async with db.write() as conn:
        await ground.seed_tables(conn, folder)
        await triage.seed(conn, folder)
        await _places(conn, folder)
        await _units(conn, folder)
        await _roster(conn, folder)
    async with db.write() as conn:
        return await _accounts(conn)


async def _places(conn: Connection, folder: Path) -> None:
    settlements = read_rows((folder / "settlements.csv").read_text("utf-8"), SettlementRow)
    await seed_places(conn, map(of_settlement, settlements))


async def _units(conn: Connection, folder: Path) -> None:
    for unit in read_rows((folder / "units.csv").read_text("utf-8"), UnitRow):
        await units.add(
            conn,
            {
                "code": unit.code,
                "name_fa": unit.name_fa,
                "name_en": unit.name_en,
                "centre_code": unit.centre,
                "capabilities": unit.capabilities.split(),
            },
        )


async def _roster(conn: Connection, folder: Path) -> None:
    """Add the roster of centres that have none, and the holidays that are not known."""
    found = await (await conn.execute("SELECT DISTINCT centre_code FROM roster")).fetchall()
    known = {row["centre_code"] for row in found}
    for row in read_rows((folder / "roster.csv").read_text("utf-8"), RosterRow):
        if row.centre not in known:
            entry = msgspec.structs.asdict(row) | {"days": row.days.split()}
            await crews.add_entry(conn, RosterIn.model_validate(entry), now())
    for holiday in read_rows((folder / "holidays.csv").read_text("utf-8"), HolidayRow):
        await conn.execute(
            """INSERT INTO holiday (day, name_fa, name_en)
               VALUES (%(day)s, %(name_fa)s, %(name_en)s) ON CONFLICT DO NOTHING""",
            msgspec.structs.asdict(holiday),
        )


async def _accounts(conn: Connection) -> list[SignInName]:
    """Make one account of each desk role and one for each unit's crew, if there are none at all."""
    if await accounts.accounts(conn):
        return []
    made = []
    for name, role in DESK_ACCOUNTS:
        made.append(await _account(conn, name, role))
    cursor = await conn.execute("SELECT id, code FROM unit ORDER BY code")
    for unit in await cursor.fetchall():
        made.append(await _account(conn, unit["code"].lower(), Role.CREW, unit["id"]))
    return made


async def _account(
    conn: Connection, name: str, role: Role, unit_id: int | None = None
) -> SignInName:
    password = await login.one_time()
    await login.add_account(conn, name, role, password.hash, unit_id)
    return SignInName(name, role, password.text)
