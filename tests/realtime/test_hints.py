"""B15: the server tells a unit how often to report, and an idle hour at that is cheap."""

import json
from datetime import timedelta

from dispatch.assignments.assignment import Milestone
from kit.clock import now
from kit.codec import encode
from realtime.protocol import PING_EVERY_S, VERSION, Fixes, FixReport, Ping, UnitHello
from server.clients.crew import Crew
from server.fleet_watch import FleetWatch
from tests.support.raw import open_raw
from tests.support.servers import Running

FRAME_UP_BYTES, FRAME_DOWN_BYTES = 8, 4
IDLE_HOUR_KB = 64


async def moves(crew: Crew, speed_mps: float, **more: float) -> None:
    await crew.acked(await crew.report(FixReport(now(), 34.1, 49.7, 8, speed_mps, **more)))


async def test_b15_hints_follow_the_unit(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew("ark-1")
    await crew.socket.until(lambda: crew.interval_s == 15)
    await moves(crew, 0.0)
    await crew.socket.until(lambda: crew.interval_s == 60)
    await moves(crew, 12.0, battery_pct=10.0)
    await crew.socket.until(lambda: crew.interval_s == 30)
    assert crew.state
    await desk.assign(await desk.call(34.2, 49.7), crew.state.unit.id)
    await crew.socket.until(lambda: crew.interval_s == 10)
    await moves(crew, 12.0, battery_pct=90.0)
    await crew.socket.until(lambda: crew.interval_s == 5)
    await crew.reach(Milestone.EN_ROUTE)


async def test_b15_a_rule_of_the_day_says_how_often(server: Running) -> None:
    await server.sql("UPDATE rule SET value = '40' WHERE name = 'report_moving_s'")
    await FleetWatch(server.app).look()
    crew = await server.crew("ark-1")
    await crew.socket.until(lambda: crew.interval_s == 40)


async def test_b15_a_unit_off_shift_is_asked_for_nothing(server: Running) -> None:
    crew = await server.crew("ark-1", shift=False)
    server.app.state.hub.look(now())
    await crew.socket.send(Ping(1))
    assert crew.interval_s is None


async def test_b15_an_idle_hour_costs_little(server: Running) -> None:
    """Every frame of an hour of standing still, sent at once: bytes do not depend on the clock."""
    crew = await server.crew("ark-1")
    await moves(crew, 0.0)
    await crew.socket.until(lambda: crew.interval_s == 60)
    raw = await open_raw(server, "/ws/unit", crew.api)
    up, down = [encode(UnitHello(VERSION)).decode()], []
    down.append(json.dumps(await raw.ask(up[0], "welcome")))
    begun = now()
    for n in range(3600 // 60):
        at = begun + timedelta(milliseconds=n)
        fix = FixReport(at, 34.0863123, 49.6894123, 12.5, 0.0, None, 1755.3, 81.0)
        up.append(encode(Fixes(n, [fix])).decode())
        down.append(json.dumps(await raw.ask(up[-1], "ack")))
    for n in range(3600 // int(PING_EVERY_S)):
        up.append(encode(Ping(n)).decode())
        down.append(json.dumps(await raw.ask(up[-1], "pong")))
    size = sum(len(frame) + FRAME_UP_BYTES for frame in up)
    size += sum(len(frame) + FRAME_DOWN_BYTES for frame in down)
    assert size <= IDLE_HOUR_KB * 1000, size
    assert len(up) == 1 + 60 + 360
