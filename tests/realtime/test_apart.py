"""What the database can never take: it stands alone in quarantine, and the others are durable."""

import asyncio
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleet.tracking.fix import Fix, SignOfLife, Unreadable, Verdict
from kit.db import Database
from kit.errors import Refusal
from realtime import ingest
from realtime.pending import Batch
from tests.support.scene import NOW, Scene
from tests.support.yards import Yard

POISON = 34.5
REASONS = "SELECT unit_id, reason, lat FROM quarantine ORDER BY id"


async def refuse(yard: Yard, table: str, when: str) -> None:
    """Let a table refuse, at the end of the transaction even, the rows of which ``when`` holds."""
    async with yard.db.write() as conn:
        await conn.execute(
            f"""CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'not in {table}' USING ERRCODE = '22003'; END $$"""
        )
        await conn.execute(
            f"""CREATE CONSTRAINT TRIGGER refuse_{table} AFTER INSERT OR UPDATE ON {table}
                DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_{table}()"""
        )


async def refuse_latitude(yard: Yard) -> None:
    async with yard.db.write() as conn:
        await conn.execute(f"ALTER TABLE fix ADD CONSTRAINT no_such_place CHECK (lat <> {POISON})")


def unreadable(yard: Yard, unit: int, **more: Any) -> Unreadable:
    told = {"form": "traccar", "raw": "lat=x", "fault": "lat: no number", **more}
    return Unreadable(yard.units[unit], NOW, 7, **told)


async def flushed_with_others(yard: Yard) -> None:
    """Flush among good reports of others; they are durable, and so is what comes afterwards."""
    others = [yard.ingest.put([yard.fix(1, n)]) for n in range(100, 103)]
    await yard.ingest.flush()
    assert all(batch.is_durable for batch in others)
    again = yard.ingest.put([yard.fix(1, 200)])
    await yard.ingest.flush()
    assert again.is_durable
    kept = [at for unit, at in await yard.history() if unit == yard.units[1]]
    assert len(kept) == len(others) + 1


async def test_a_fix_that_history_refuses_is_quarantined_alone(yard: Yard) -> None:
    await refuse_latitude(yard)
    batch = yard.ingest.put(
        [yard.fix(0, lat=34.499), yard.fix(0, 60, POISON), yard.fix(0, 120, 34.501)]
    )
    await flushed_with_others(yard)
    assert batch.verdicts == [Verdict.GOOD, Verdict.UNWRITABLE, Verdict.GOOD]
    assert batch.is_durable
    [(unit, reason, lat, fault, raw)] = await yard.rows(
        "SELECT unit_id, reason, lat, fault, raw FROM quarantine"
    )
    assert (unit, reason, lat) == (yard.units[0], "unwritable", POISON)
    assert "no_such_place" in fault
    assert str(POISON) in raw
    assert await yard.rows("SELECT reason, n FROM fix_refusal") == [("unwritable", 1)]
    assert yard.counted == {"good": 6, "unwritable": 1}
    assert yard.durable == 6


async def test_a_fix_refused_at_the_commit_is_found_too(yard: Yard) -> None:
    await refuse(yard, "fix", f"NEW.lat = {POISON}")
    yard.ingest.put([yard.fix(0, lat=POISON)])
    await flushed_with_others(yard)
    assert await yard.rows(REASONS) == [(yard.units[0], "unwritable", POISON)]


async def test_the_marker_does_not_rest_on_a_refused_fix(yard: Yard) -> None:
    async with yard.db.write() as conn:
        await Scene(conn).sign_on("ARK-1")
    await refuse_latitude(yard)
    newest = "SELECT ST_Y(place::geometry) FROM unit_position"
    yard.ingest.put([yard.fix(0, lat=34.499), yard.fix(0, 60, POISON)])
    await yard.ingest.flush()
    assert await yard.rows(newest) == [(34.499,)]
    yard.ingest.put([yard.fix(0, 30, 34.4995)])
    await yard.ingest.flush()
    assert await yard.rows(newest) == [(34.499,)]
    yard.ingest.put([yard.fix(0, 120, 34.501)])
    await yard.ingest.flush()
    assert await yard.rows(newest) == [(34.501,)]


async def test_a_text_that_no_column_takes_is_kept_escaped(yard: Yard) -> None:
    zero = yard.ingest.put([unreadable(yard, 0, fault="lat: \0")])
    lone = yard.ingest.put([unreadable(yard, 0, raw="lat=\ud800")])
    await flushed_with_others(yard)
    assert (zero.verdicts, lone.verdicts) == ([Verdict.MALFORMED], [Verdict.MALFORMED])
    assert await yard.rows("SELECT raw FROM quarantine ORDER BY raw") == [
        ("lat=\\ud800",),
        ("lat=x",),
    ]
    [state] = await yard.rows("SELECT verdict, form FROM device_state WHERE source = 7")
    assert state == ("malformed", "traccar")


async def test_without_its_body_a_report_is_kept_rather_than_not_at_all(yard: Yard) -> None:
    await refuse_latitude(yard)
    await refuse(yard, "quarantine", f"NEW.lat = {POISON} OR NEW.raw LIKE '%34.5%'")
    yard.ingest.put([yard.fix(0, lat=POISON)])
    await flushed_with_others(yard)
    [(reason, lat, raw)] = await yard.rows("SELECT reason, lat, raw FROM quarantine")
    assert (reason, lat) == ("unwritable", None)
    assert raw.startswith("fingerprint ")


async def test_what_is_taken_in_no_form_is_counted_and_said_to_be_lost(yard: Yard) -> None:
    await refuse_latitude(yard)
    await refuse(yard, "quarantine", "true")
    batch = yard.ingest.put([yard.fix(0, lat=POISON), unreadable(yard, 0)])
    await flushed_with_others(yard)
    assert batch.verdicts == [Verdict.LOST, Verdict.LOST]
    assert not await yard.rows(REASONS)
    assert await yard.rows("SELECT reason, n FROM fix_refusal") == [("lost", 2)]
    assert yard.counted == {"good": 4, "lost": 2, "unwritable": 0, "malformed": 0}


async def test_a_unit_that_is_gone_holds_nobody_up(yard: Yard) -> None:
    yard.units.append(999_999)
    batch = yard.ingest.put([yard.fix(2), yard.fix(2, 5, mock=True)])
    yard.off_shift.add(999_999)
    doubted = yard.ingest.put([yard.fix(2, 5)])
    await flushed_with_others(yard)
    assert batch.verdicts == [Verdict.GOOD, Verdict.LOST]
    assert doubted.verdicts == [Verdict.OFF_SHIFT]
    assert batch.is_durable
    assert doubted.is_durable


@pytest.mark.parametrize("table", ["device_state", "alarm", "fix_refusal"])
async def test_a_sign_of_life_that_is_refused_holds_nobody_up(yard: Yard, table: str) -> None:
    await refuse(yard, table, f"NEW.unit_id = {yard.units[0]}")
    sign = SignOfLife(yard.units[0], 7, NOW, battery_pct=5.0, alarm="sos")
    heard = yard.ingest.heard(sign)
    yard.ingest.put([unreadable(yard, 0)])
    await flushed_with_others(yard)
    assert heard.done()
    assert len(await yard.rows(REASONS)) == 1
    alarms = await yard.rows("SELECT reason FROM alarm")
    assert alarms == ([] if table == "alarm" else [("sos",)])


async def test_a_newest_place_that_is_refused_holds_nobody_up(yard: Yard) -> None:
    async with yard.db.write() as conn:
        for code in ("ARK-1", "ARK-2"):
            await Scene(conn).sign_on(code)
    await refuse(yard, "unit_position", f"NEW.unit_id = {yard.units[0]}")
    yard.ingest.put([yard.fix(0)])
    await flushed_with_others(yard)
    assert await yard.rows("SELECT unit_id FROM unit_position") == [(yard.units[1],)]
    assert (yard.units[0], NOW) in await yard.history()


async def test_a_stretch_that_cannot_be_withdrawn_holds_nobody_up(yard: Yard) -> None:
    await refuse(yard, "quarantine", "NEW.reason = 'frozen'")
    yard.ingest.put([yard.fix(0, 5 * n, speed_mps=15.0) for n in range(40)])
    await flushed_with_others(yard)
    assert yard.counted["lost"]
    history = await yard.rows("SELECT count(*) FROM fix WHERE speed_mps = 15")
    assert history == [(yard.counted["good"] - 4,)]


async def test_a_big_flush_is_searched_in_parts_that_become_durable_by_themselves(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its signs of life, its alarm and what it withdraws go along."""
    monkeypatch.setattr(ingest, "SEARCHED_AT_ONCE", 2)
    await refuse_latitude(yard)
    standing = [yard.fix(0, 5 * n, speed_mps=15.0) for n in range(12)]
    batches = [yard.ingest.put([fix]) for fix in (*standing, yard.fix(1, 0, POISON))]
    yard.off_shift.add(yard.units[1])
    batches.append(yard.ingest.put([yard.fix(1, 60)]))
    heard = yard.ingest.heard(SignOfLife(yard.units[0], 7, NOW, alarm="sos"))
    await yard.ingest.flush()
    assert heard.done()
    assert all(batch.is_durable for batch in batches)
    assert await yard.history() == [(yard.units[0], NOW)]
    assert [verdict for _, verdict, _ in await yard.rows(REASONS)].count("frozen") == 11
    assert [yard.counted[verdict] for verdict in ("unwritable", "off_shift")] == [1, 1]
    assert await yard.rows("SELECT times FROM alarm") == [(1,)]


async def test_while_the_database_is_down_poison_too_waits(yard: Yard) -> None:
    await refuse_latitude(yard)
    batches = [yard.ingest.put([yard.fix(0, lat=POISON)]), yard.ingest.put([yard.fix(1)])]
    async with yard.db.read() as other, other.transaction():
        await other.execute("LOCK TABLE quarantine IN ACCESS EXCLUSIVE MODE")
        flushing = asyncio.create_task(yard.ingest.flush())
        await other.execute("SELECT pg_terminate_backend(%s)", (await _waiting(other),))
        with pytest.raises((psycopg.Error, Refusal)):
            await flushing
    assert not any(batch.is_durable for batch in batches)
    assert not await yard.history()
    await flushed_until_durable(yard)
    assert all(batch.is_durable for batch in batches)
    assert await yard.history() == [(yard.units[1], NOW)]
    assert await yard.rows(REASONS) == [(yard.units[0], "unwritable", POISON)]
    assert yard.counted == {"good": 1, "unwritable": 1}


async def _waiting(conn: Any) -> int:
    """Return the backend that waits for the quarantine, as soon as there is one."""
    while True:
        cursor = await conn.execute(
            "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'quarantine'::regclass"
        )
        if row := await cursor.fetchone():
            return int(row["pid"])


async def flushed_until_durable(yard: Yard) -> None:
    """Flush as the running job does: what fails is tried again."""
    last = yard.ingest.put([])
    while not last.is_durable:
        try:
            await yard.ingest.flush()
        except (psycopg.Error, Refusal):
            continue


REPORT = st.tuples(st.integers(0, 1), st.booleans())
FLUSHES = st.lists(st.lists(st.lists(REPORT, max_size=6), max_size=5), min_size=1, max_size=4)


@pytest.mark.parametrize("searched_at_once", [1, 500])
def test_wherever_poison_stands_all_good_are_durable_once(
    dsn: str, monkeypatch: pytest.MonkeyPatch, searched_at_once: int
) -> None:
    """Reports of two units in batches in flushes; ``True`` is one that history refuses."""
    monkeypatch.setattr(ingest, "SEARCHED_AT_ONCE", searched_at_once)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FLUSHES)
    def play(flushes: list[list[list[tuple[int, bool]]]]) -> None:
        asyncio.run(_played(dsn, flushes))

    play()


async def _played(dsn: str, flushes: list[list[list[tuple[int, bool]]]]) -> None:
    db = Database(dsn, size=2)
    await db.open()
    try:
        async with db.write() as conn:
            await conn.execute("TRUNCATE fix, quarantine, fix_refusal, device_state")
            await conn.execute("ALTER TABLE fix DROP CONSTRAINT IF EXISTS no_such_place")
            yard = Yard(db, [await Scene(conn).unit(code) for code in ("ARK-1", "ARK-2")])
        await refuse_latitude(yard)
        await _check(yard, flushes)
    finally:
        await db.close()


async def _check(yard: Yard, flushes: list[list[list[tuple[int, bool]]]]) -> None:
    good: list[tuple[int, float]] = []
    poison: list[tuple[int, float]] = []
    acked: list[Batch] = []
    seconds = 0
    for flush in flushes:
        for batch in flush:
            reports: list[Fix] = []
            for unit, is_poison in batch:
                seconds += 10
                lat = POISON if is_poison else POISON + 1e-6 * seconds
                reports.append(yard.fix(unit, seconds, lat))
                (poison if is_poison else good).append((yard.units[unit], seconds))
            yard.ingest.put(reports, acked.append)
        await yard.ingest.flush()
    expected = [len(batch) for flush in flushes for batch in flush]
    assert [len(batch.verdicts) for batch in acked] == expected
    since = f"extract(epoch FROM fixed_at - '{NOW.isoformat()}')::int"
    assert await yard.rows(f"SELECT unit_id, {since} FROM fix ORDER BY fixed_at") == good
    apart = await yard.rows(f"SELECT unit_id, {since} FROM quarantine ORDER BY fixed_at")
    assert apart == poison
    told = [verdict for batch in acked for verdict in batch.verdicts]
    wanted = [is_poison for flush in flushes for batch in flush for _, is_poison in batch]
    assert [verdict is Verdict.UNWRITABLE for verdict in told] == wanted
    assert yard.durable == len(good)
