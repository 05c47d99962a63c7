"""An ingest by itself, without a server around it, over a real database."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import VettingRules
from kit.db import Database
from realtime.ingest import Ingest
from tests.support.scene import NOW, Scene


class Yard:
    """An ingest of its own over a real database, with two units on shift."""

    def __init__(self, db: Database, units: list[int]) -> None:
        self.db = db
        self.units = units
        self.off_shift: set[int] = set()
        self.counted: Counter[str] = Counter()
        self.durable = 0
        self.ingest = Ingest(
            db,
            Positions(VettingRules()),
            self,
            self,
        )

    def count_fixes(self, verdicts: Mapping[Verdict, int]) -> None:
        self.counted.update({verdict.value: n for verdict, n in verdicts.items()})

    def flushed(self, fixes: Iterable[Fix], seconds: float) -> None:
        self.durable += len(list(fixes))

    def on_shift(self, unit_id: int) -> bool:
        return unit_id not in self.off_shift

    def on_shift_at(self, unit_id: int, at: datetime) -> bool:
        return unit_id not in self.off_shift

    def fix(self, unit: int, seconds: float = 0, lat: float = 34.0, **more: Any) -> Fix:
        at = NOW + timedelta(seconds=seconds)
        told = {"received_at": NOW + timedelta(hours=1), "lat": lat, "lon": 49.7, **more}
        return Fix(self.units[unit], at, **told)

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.db.read() as conn:
            cursor = await conn.execute(statement)
            return [tuple(row.values()) for row in await cursor.fetchall()]

    async def history(self) -> list[tuple[int, datetime]]:
        return await self.rows("SELECT unit_id, fixed_at FROM fix ORDER BY unit_id, fixed_at")


@pytest.fixture
async def yard(db: Database) -> AsyncIterator[Yard]:
    async with db.write() as conn:
        units = [await Scene(conn).unit(code) for code in ("ARK-1", "ARK-2")]
    yield Yard(db, units)
