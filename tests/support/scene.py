"""A small world over a seeded database: units on shift somewhere, calls, what became of them.

Everything is done by the product's own actions, at instants that the test chooses.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dispatch.assignments import actions as assignments
from dispatch.assignments.actions import Claim
from dispatch.incidents import actions as incidents
from dispatch.incidents import events
from dispatch.seeking import actions as seeking
from fleet.tracking import actions as tracking
from fleet.tracking.fix import Fix
from fleet.units import actions as units
from fleet.units.view import CrewMember
from geo.position import Position
from kit import journal
from kit.codec import loads
from kit.db import Connection

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ARAK = Position(34.0863, 49.6894)
ARAK_COUNTY = "IR-00-01"
DESK = "dispatcher"


def after(seconds: float) -> datetime:
    """Return the instant ``seconds`` after the scene begins."""
    return NOW + timedelta(seconds=seconds)


@dataclass
class Scene:
    """What a test does to ``conn``; each act is one of the product's actions."""

    conn: Connection
    ids: dict[str, int] = field(default_factory=dict)

    async def unit(self, code: str) -> int:
        """Return a unit's id."""
        if not self.ids:
            cursor = await self.conn.execute("SELECT id, code FROM unit")
            self.ids = {row["code"]: row["id"] for row in await cursor.fetchall()}
        return self.ids[code]

    async def sign_on(self, code: str, at: datetime = NOW, *capabilities: str) -> int:
        """Put a crew on a unit; return the unit's id."""
        unit_id = await self.unit(code)
        await units.sign_on(
            self.conn,
            unit_id,
            crew=[CrewMember("Crew", "social_worker")],
            capabilities=list(capabilities),
            ends_at=at + timedelta(hours=8),
            now=at,
            by=DESK,
        )
        return unit_id

    async def ready(self, code: str, lat: float, lon: float, at: datetime = NOW) -> int:
        """Put a unit on shift at a place; return its id."""
        unit_id = await self.sign_on(code, at)
        fix = Fix(unit_id, at, at, lat, lon, accuracy_m=8)
        await tracking.keep(self.conn, [fix])
        await tracking.move(self.conn, [fix])
        return unit_id

    async def call(self, place: Position = ARAK, at: datetime = NOW, **more: Any) -> int:
        """Open an incident; return its id."""
        known = {"county": ARAK_COUNTY, "owner_county": ARAK_COUNTY, "group": "other"}
        known |= {"priority": 2, "needs": [], "owner": DESK}
        return await incidents.open_incident(
            self.conn, incidents.Opening(place=place, **{**known, **more}), at
        )

    async def offer(
        self, incident_id: int, unit_id: int, at: datetime = NOW, **more: Any
    ) -> dict[str, Any]:
        """Offer the incident to the unit for 45 seconds; return the OfferView."""
        known = {"go_on": False, "expires_at": at + timedelta(seconds=45)}
        claim = Claim(incident_id, unit_id, DESK, backup=more.pop("backup", False))
        view = await assignments.offer(self.conn, claim, now=at, **{**known, **more})
        return dict(loads(view))

    async def offer_best(self, incident_id: int, at: datetime = NOW, **more: Any) -> dict[str, Any]:
        """Offer to the best unit; return the OfferView."""
        search = seeking.Search(incident_id, DESK, **more)
        return dict(loads(await seeking.offer_best(self.conn, search, now=at, day=DAY)))

    async def assign(
        self, incident_id: int, unit_id: int, at: datetime = NOW, *, backup: bool = False
    ) -> dict[str, Any]:
        """Assign the unit outright; return the AssignmentView."""
        claim = Claim(incident_id, unit_id, DESK, backup=backup)
        return dict(loads(await assignments.assign(self.conn, claim, now=at)))

    async def accept(self, offer_id: int, at: datetime = NOW) -> int:
        """Accept an offer; return the assignment's id."""
        return await assignments.accept(self.conn, offer_id, now=at, device_at=None, by="crew")

    async def facts(self, incident_id: int) -> list[str]:
        """Return the kinds of an incident's facts, oldest first."""
        rows = await journal.of_stream(self.conn, events.stream(incident_id))
        return [row.kind for row in rows]

    async def row(self, table: str, row_id: int) -> dict[str, Any]:
        """Return a row of a table."""
        cursor = await self.conn.execute(f"SELECT * FROM {table} WHERE id = %s", (row_id,))
        found = await cursor.fetchone()
        assert found is not None
        return found
