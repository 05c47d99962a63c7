"""B7: a call for help that nobody acknowledges goes on to the supervisor, once, and sounds louder.

How loud, and how often again, is for the console: console/tests/need.test.ts.
"""

from typing import Any

import pytest

from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from tests.journeys.test_crash import until
from tests.support.beats import beat
from tests.support.scene import DESK, Scene, after
from tests.support.servers import Running

WITHIN_S = 60


async def look(conn: Connection, at_s: float) -> list[tuple[Any, ...]]:
    """Do what the clockwork does at each beat; return every alarm: unit, reason, who ended it."""
    await beat(conn, AlarmKind.SOS, after(at_s))
    cursor = await conn.execute(
        "SELECT unit_id, reason, acknowledged_by AS by FROM alarm ORDER BY id"
    )
    return [tuple(row.values()) for row in await cursor.fetchall()]


async def press(conn: Connection, unit_id: int, at_s: float = 0) -> int:
    return await alarms.call_for_help(conn, unit_id, word="sos", at=after(at_s), by="device/7")


async def test_b7_an_unacknowledged_sos_goes_on_to_the_supervisor_once(
    seeded_conn: Connection,
) -> None:
    unit = await Scene(seeded_conn).unit("ARK-1")
    called = (unit, "sos", None)
    await press(seeded_conn, unit)
    assert await look(seeded_conn, WITHIN_S - 0.001) == [called]
    await press(seeded_conn, unit, 30)
    for later_s in (0, 1, 600):
        told = await look(seeded_conn, WITHIN_S + later_s)
        assert told == [called, (unit, "supervisor", None)]


async def test_b7_whoever_acknowledges_it_ends_both(seeded_conn: Connection) -> None:
    unit = await Scene(seeded_conn).unit("ARK-1")
    alarm = await press(seeded_conn, unit)
    await look(seeded_conn, WITHIN_S)
    await alarms.acknowledge(seeded_conn, alarm, now=after(70), by=DESK)
    ended = [(unit, "sos", DESK), (unit, "supervisor", "system")]
    assert await look(seeded_conn, 71) == ended
    assert await look(seeded_conn, 7200) == ended
    again = await press(seeded_conn, unit, 7300)
    assert again != alarm
    assert (await look(seeded_conn, 7300 + WITHIN_S))[2:] == [
        (unit, "sos", None),
        (unit, "supervisor", None),
    ]


async def test_b7_one_that_was_acknowledged_in_time_goes_no_further(
    seeded_conn: Connection,
) -> None:
    unit = await Scene(seeded_conn).unit("ARK-1")
    alarm = await press(seeded_conn, unit)
    await alarms.acknowledge(seeded_conn, alarm, now=after(10), by=DESK)
    assert await look(seeded_conn, WITHIN_S) == [(unit, "sos", DESK)]


async def test_b7_the_supervisor_seeing_it_does_not_answer_the_team(
    seeded_conn: Connection,
) -> None:
    unit = await Scene(seeded_conn).unit("ARK-1")
    await press(seeded_conn, unit)
    await look(seeded_conn, WITHIN_S)
    cursor = await seeded_conn.execute("SELECT id FROM alarm WHERE reason = 'supervisor'")
    row = await cursor.fetchone()
    assert row
    await alarms.acknowledge(seeded_conn, row["id"], now=after(65), by=DESK)
    assert await look(seeded_conn, 66) == [(unit, "sos", None), (unit, "supervisor", DESK)]


@pytest.mark.parametrize("rule", ["UPDATE rule SET value = '0'", "DELETE FROM rule"])
async def test_b7_every_desk_hears_it_from_the_clockwork(server: Running, rule: str) -> None:
    await server.sql(f"{rule} WHERE name = 'sos_supervisor_s'")
    desk, other, crew = await server.desk(), await server.desk("planner"), await server.crew()
    assert crew.state
    await crew.api.post(f"/units/{crew.state.unit.id}/sos")
    for board in (desk.board, other.board):
        await until(lambda board=board: "supervisor" in {a.reason for a in board.alarms.values()})
    ((alarm,),) = await server.sql("SELECT id FROM alarm WHERE reason <> 'supervisor'")
    await desk.api.post(f"/alarms/{alarm}/acknowledge", once=False)
    await until(lambda: not desk.board.alarms)
