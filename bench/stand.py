"""The stand: the product's own cluster, crash-safe as in service, with databases full of units."""

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from fleet.devices.actions import enrol
from kit.clock import now
from kit.db import Database
from server.cluster import Cluster
from server.login.actions import begin_session
from server.login.passwords import hashed
from server.up import prepare

PASSWORD = "a-password-for-bench"
TEMPLATE = "bench_template"

_UNITS = """
WITH box AS (SELECT ST_Extent(boundary) AS b FROM county),
centres AS (SELECT array_agg(DISTINCT code ORDER BY code) AS codes FROM centre),
u AS (
    INSERT INTO unit (code, name_fa, name_en, centre_code, capabilities, status)
    SELECT 'B-' || n, 'واحد ' || n, 'Unit ' || n, codes[1 + n %% cardinality(codes)],
      '{social_worker,psychologist}', 'available'
    FROM centres, generate_series(1, %(units)s) n RETURNING id),
s AS (
    INSERT INTO shift (unit_id, started_at, ends_at, crew)
    SELECT id, %(now)s - interval '14 hours', %(now)s + interval '8 hours',
      '[{"name": "A", "role": "social_worker"}]'
    FROM u)
INSERT INTO unit_position (unit_id, place, fixed_at, received_at, heard_at, accuracy_m)
SELECT u.id, ST_MakePoint(ST_XMin(b) + random() * (ST_XMax(b) - ST_XMin(b)),
  ST_YMin(b) + random() * (ST_YMax(b) - ST_YMin(b)))::geography,
  at, at, at, 8
FROM u, box, (SELECT %(now)s - interval '13 hours' AS at) t
"""
_INCIDENTS = """
INSERT INTO incident (status_at, group_code, priority, county_code, owner_county_code, area_lat,
  area_lon, area_radius_m, owner, opened_at, prioritised_at, round_at)
SELECT %(now)s, 'other', 2, code, code, 34.09, 49.69, 1500, 'dispatcher', %(now)s, %(now)s, %(now)s
FROM (SELECT min(code) AS code FROM county) c, generate_series(1, %(incidents)s)
"""


@dataclass(frozen=True)
class Ids:
    """What a database was filled with; units are on shift, available and freshly located."""

    units: list[int]
    incidents: list[int]
    tokens: dict[int, str] = field(default_factory=dict)
    session: str = ""

    @property
    def cookie(self) -> str:
        """Return the dispatcher's Cookie header."""
        return f"sayyar_session={self.session}"


class Stand:
    """A running cluster and its seeded template; settings as ``sayyar up`` has them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._numbers = itertools.count(1)

    async def make_template(self) -> None:
        """Migrate and seed the database that all others are copies of."""
        self.cluster.clone(TEMPLATE, "template0")
        await prepare(self.cluster.dsn(TEMPLATE))
        async with pool(self.cluster.dsn(TEMPLATE)) as db, db.write() as conn:
            await conn.execute(
                "UPDATE account SET password_hash = %s, must_change_password = false",
                (await hashed(PASSWORD),),
            )

    @contextmanager
    def database(self) -> Iterator[str]:
        """Lend a seeded database of its own; yield its DSN."""
        name = f"bench_{next(self._numbers)}"
        self.cluster.clone(name, TEMPLATE)
        try:
            yield self.cluster.dsn(name)
        finally:
            self.cluster.drop(name)


@contextmanager
def stand_folder() -> Iterator[Path]:
    """Lend a directory that PostgreSQL's user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="sayyar-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@asynccontextmanager
async def standing() -> AsyncIterator[Stand]:
    """Run a stand until the block ends."""
    with stand_folder() as folder:
        cluster = Cluster(folder)
        cluster.start()
        try:
            stand = Stand(cluster)
            await stand.make_template()
            yield stand
        finally:
            cluster.stop()


@asynccontextmanager
async def pool(dsn: str) -> AsyncIterator[Database]:
    """Open the product's pool."""
    db = Database(dsn)
    await db.open()
    try:
        yield db
    finally:
        await db.close()


async def fill(db: Database, *, units: int, incidents: int = 0, devices: bool = False) -> Ids:
    """Add units and waiting incidents, a dispatcher's session and, if asked, a device a unit."""
    given = {"now": now(), "units": units, "incidents": incidents}
    async with db.write() as conn:
        await conn.execute("SELECT setseed(0.5)")
        await conn.execute(_UNITS, given)
        await conn.execute(_INCIDENTS, given)
        rows = await (
            await conn.execute("SELECT id FROM unit WHERE code LIKE 'B-%' ORDER BY id")
        ).fetchall()
        unit_ids = [row["id"] for row in rows]
        rows = await (await conn.execute("SELECT id FROM incident ORDER BY id")).fetchall()
        tokens = {}
        if devices:
            tokens = {u: (await enrol(conn, u, f"box {u}", may_act=True))[1] for u in unit_ids}
        account = await (
            await conn.execute("SELECT id, password_hash FROM account WHERE name = 'dispatcher'")
        ).fetchone()
        assert account is not None
        session = await begin_session(
            conn, account["id"], account["password_hash"], now(), timedelta(hours=8)
        )
        assert session is not None
    async with db.read() as conn:
        await conn.execute("VACUUM ANALYZE")
    return Ids(unit_ids, [row["id"] for row in rows], tokens, session)
