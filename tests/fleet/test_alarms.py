"""An alarm is open until somebody acknowledges it, once; said again meanwhile it is counted."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from fleet.alarms import actions, queries
from fleet.alarms.alarm import AcknowledgedAlready, AlarmKind, AlarmView, Call, has_done
from kit.codec import loads
from kit.db import Connection
from kit.errors import NotFound
from realtime import snapshot
from tests.support.journal import all_facts
from tests.support.scene import NOW, Scene, after

ANY = queries.Which(None, None, None, None, 100)


async def call(conn: Connection, seconds: float = 0, code: str = "ARK-1", by: int = 7) -> int:
    unit_id = await Scene(conn).unit(code)
    await actions.call_for_help(conn, unit_id, word="sos", at=after(seconds), by=f"device/{by}")
    return unit_id


async def opened(conn: Connection) -> list[AlarmView]:
    return (await snapshot.read(conn)).alarms


async def test_a_call_for_help_is_an_open_alarm_and_a_fact_of_the_unit(
    seeded_conn: Connection,
) -> None:
    unit_id = await call(seeded_conn)
    (alarm,) = await opened(seeded_conn)
    assert (alarm.kind, alarm.unit_id, alarm.incident_id) == (AlarmKind.SOS, unit_id, None)
    assert (alarm.reason, alarm.raised_at, alarm.raised_by) == ("sos", NOW, "device/7")
    (fact,) = await all_facts(seeded_conn)
    assert (fact.kind, fact.alarm, fact.reason) == ("unit_alarmed", alarm, "sos")
    cursor = await seeded_conn.execute("SELECT stream FROM journal")
    assert [row["stream"] for row in await cursor.fetchall()] == [f"unit/{unit_id}"]


async def test_a_call_said_again_while_it_is_open_is_counted(seeded_conn: Connection) -> None:
    await call(seeded_conn)
    await call(seeded_conn, 90, by=8)
    await call(seeded_conn, 60)
    (alarm,) = await opened(seeded_conn)
    assert (alarm.times, alarm.raised_at, alarm.raised_by) == (3, NOW, "device/7")
    assert alarm.last_raised_at == after(90), "one that came late takes nothing back"
    facts = await all_facts(seeded_conn)
    assert [fact.alarm and fact.alarm.times for fact in facts] == [1, 2, 3]


async def test_each_unit_has_its_own(seeded_conn: Connection) -> None:
    units = [await call(seeded_conn, code=code) for code in ("ARK-1", "ARK-2")]
    assert [alarm.unit_id for alarm in await opened(seeded_conn)] == units


async def test_a_call_after_the_acknowledgement_is_a_new_alarm(seeded_conn: Connection) -> None:
    await call(seeded_conn)
    (first,) = await opened(seeded_conn)
    await actions.acknowledge(seeded_conn, first.id, now=after(20), by="desk")
    assert await opened(seeded_conn) == []
    await call(seeded_conn, 30)
    (second,) = await opened(seeded_conn)
    assert (second.id > first.id, second.times) == (True, 1)


async def test_the_acknowledgement_is_a_fact_with_who_and_when(seeded_conn: Connection) -> None:
    await call(seeded_conn)
    (alarm,) = await opened(seeded_conn)
    for _ in range(2):
        await actions.acknowledge(seeded_conn, alarm.id, now=after(20), by="desk")
    _, fact = await all_facts(seeded_conn)
    assert (fact.kind, fact.by, fact.at) == ("alarm_acknowledged", "desk", after(20))
    assert fact.alarm
    assert (fact.alarm.acknowledged_at, fact.alarm.acknowledged_by) == (after(20), "desk")


async def test_who_comes_second_hears_who_was_first(seeded_conn: Connection) -> None:
    await call(seeded_conn)
    (alarm,) = await opened(seeded_conn)
    await actions.acknowledge(seeded_conn, alarm.id, now=after(20), by="first")
    with pytest.raises(AcknowledgedAlready, match="first") as refused:
        await actions.acknowledge(seeded_conn, alarm.id, now=after(21), by="second")
    assert refused.value.context == {"by": "first", "at": after(20).isoformat()}
    assert len(await all_facts(seeded_conn)) == 2


async def test_there_is_no_answer_to_no_alarm(seeded_conn: Connection) -> None:
    with pytest.raises(NotFound):
        await actions.acknowledge(seeded_conn, 404, now=NOW, by="desk")


async def test_alarms_are_found_by_time_by_unit_and_by_whether_they_are_open(
    seeded_conn: Connection,
) -> None:
    unit_id = await call(seeded_conn)
    await call(seeded_conn, 60, code="ARK-2")
    older, newer = await opened(seeded_conn)
    await actions.acknowledge(seeded_conn, older.id, now=after(99), by="desk")

    async def found(**change: object) -> list[int]:
        views = loads(await queries.alarms(seeded_conn, ANY._replace(**change)))  # type: ignore[arg-type]
        return [view["id"] for view in views]

    assert await found() == [newer.id, older.id]
    assert await found(limit=1) == [newer.id]
    assert await found(acknowledged=False) == [newer.id]
    assert await found(acknowledged=True) == [older.id]
    assert await found(unit_id=unit_id) == [older.id]
    assert await found(since=after(60)) == [newer.id]
    assert await found(until=after(60)) == [older.id]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("unit_id = NULL", "alarm_subject_check"),
        ("acknowledged_at = raised_at", "alarm_acknowledged_check"),
        ("acknowledged_by = 'desk'", "alarm_acknowledged_check"),
        ("kind = 'bored'", "alarm_kind_check"),
    ],
)
async def test_the_database_refuses_what_is_no_alarm(
    seeded_conn: Connection, change: str, constraint: str
) -> None:
    await call(seeded_conn)
    with pytest.raises(psycopg.errors.CheckViolation, match=constraint):
        await seeded_conn.execute(f"UPDATE alarm SET {change}")


async def test_the_database_refuses_a_second_open_alarm_of_one_subject(
    seeded_conn: Connection,
) -> None:
    await call(seeded_conn)
    again = """INSERT INTO alarm (kind, subject, unit_id, raised_at, raised_by, last_raised_at)
        SELECT kind, subject, unit_id, raised_at, raised_by, last_raised_at FROM alarm"""
    with pytest.raises(psycopg.errors.UniqueViolation, match="alarm_one_open_per_subject"):
        await seeded_conn.execute(again)


async def test_an_alarm_may_be_about_an_incident(seeded_conn: Connection) -> None:
    incident_id = await Scene(seeded_conn).call()
    about = Call(AlarmKind.SOS, f"incident/{incident_id}", NOW, "system", incident_id=incident_id)
    await actions.raise_alarm(seeded_conn, about)
    await call(seeded_conn)
    assert [alarm.incident_id for alarm in await opened(seeded_conn)] == [incident_id, None]


def test_only_who_did_it_may_say_so_again() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=1)
    assert not has_done("me", None, None)
    assert has_done("me", at, "me")
    with pytest.raises(AcknowledgedAlready):
        has_done("me", at, "you")
