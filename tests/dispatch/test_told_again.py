"""What was told of an incident is told again when the matter begins anew; else once."""

from datetime import datetime
from typing import Any

import pytest

from dispatch.incidents import actions as incidents
from dispatch.links import actions as links
from dispatch.ownership import actions as ownership
from dispatch.transfers import actions as transfers
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from tests.support.beats import beat
from tests.support.scene import DAY, DESK, Scene, after

COLLEAGUE = "colleague"


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def told(scene: Scene, kind: AlarmKind, at_s: float) -> list[tuple[Any, ...]]:
    """Do what the clockwork does at each beat; return of which incident each alarm is, and why."""
    await beat(scene.conn, kind, after(at_s))
    return [(row["incident_id"], row["reason"]) for row in await _alarms(scene, kind)]


async def open_ones(scene: Scene, kind: AlarmKind) -> list[int]:
    return [row["incident_id"] for row in await _alarms(scene, kind) if row["open"]]


async def _alarms(scene: Scene, kind: AlarmKind) -> list[dict[str, Any]]:
    cursor = await scene.conn.execute(
        """SELECT incident_id, reason, acknowledged_at IS NULL AS open FROM alarm
           WHERE kind = %s ORDER BY id""",
        (kind,),
    )
    return await cursor.fetchall()


async def merge(scene: Scene, one: int, into: int, at_s: float) -> None:
    await links.merge(scene.conn, one, into, now=after(at_s), by=DESK)


async def unmerge(scene: Scene, one: int, at_s: float) -> None:
    await links.unmerge(scene.conn, one, now=after(at_s), by=DESK)


async def reopen(scene: Scene, one: int, at_s: float) -> None:
    await incidents.reopen(scene.conn, one, reason="called_again", now=after(at_s), by=DESK)


async def close(scene: Scene, one: int, at_s: float) -> None:
    await incidents.close(
        scene.conn, one, disposition="no_contact", note=None, now=after(at_s), by=DESK
    )


async def shut(scene: Scene, name: str, at: datetime) -> None:
    await scene.conn.execute("UPDATE account SET disabled_at = %s WHERE name = %s", (at, name))


async def test_a7_unmerged_an_incident_that_waits_too_long_alarms_again(scene: Scene) -> None:
    into, one = await scene.call(priority=4), await scene.call(priority=1)
    both = [(one, "unassigned"), (one, "supervisor")]
    assert await told(scene, AlarmKind.WAITING, 200) == both
    await merge(scene, one, into, 210)
    assert await told(scene, AlarmKind.WAITING, 211) == [
        *both,
        (into, "unassigned"),
        (into, "supervisor"),
    ]
    await unmerge(scene, one, 220)
    found = await told(scene, AlarmKind.WAITING, 221)
    assert found[4:] == both
    assert (await open_ones(scene, AlarmKind.WAITING)).count(one) == 2
    assert await told(scene, AlarmKind.WAITING, 222) == found


async def test_a7_unmerged_an_incident_for_which_nobody_was_found_alarms_again(
    scene: Scene,
) -> None:
    into, one = await scene.call(), await scene.call()
    await incidents.stop_seeking(scene.conn, one, attention="no_unit")
    assert await told(scene, AlarmKind.NO_UNIT, 1) == [(one, "no_unit")]
    await merge(scene, one, into, 2)
    await told(scene, AlarmKind.NO_UNIT, 3)
    await unmerge(scene, one, 4)
    for at_s in (5, 6):
        assert await told(scene, AlarmKind.NO_UNIT, at_s) == [(one, "no_unit")] * 2
    assert await open_ones(scene, AlarmKind.NO_UNIT) == [one]


async def test_a7_what_takes_in_another_and_gives_it_back_is_told_once(scene: Scene) -> None:
    into, one = await scene.call(priority=1), await scene.call(priority=4, owner=COLLEAGUE)
    await shut(scene, DESK, after(5))
    waits = await told(scene, AlarmKind.WAITING, 200)
    assert await told(scene, AlarmKind.OWNER_GONE, 200) == [(into, "owner_gone")]
    await merge(scene, one, into, 210)
    await unmerge(scene, one, 220)
    assert await told(scene, AlarmKind.WAITING, 221) == waits
    assert await told(scene, AlarmKind.OWNER_GONE, 221) == [(into, "owner_gone")]


@pytest.mark.parametrize("how", ["declined", "withdrawn", "taken_back"])
async def test_a17_what_stays_with_an_owner_who_is_gone_alarms_again(
    scene: Scene, how: str
) -> None:
    incident_id = await scene.call()
    if how == "taken_back":
        await transfers.send(
            scene.conn, incident_id, "qom", reason="outside_area", now=after(1), day=DAY, by=DESK
        )
    else:
        await ownership.offer(
            scene.conn, incident_id, COLLEAGUE, reason="overload", now=after(1), by=DESK
        )
    await shut(scene, DESK, after(5))
    assert await told(scene, AlarmKind.OWNER_GONE, 6) == [(incident_id, "owner_gone")]
    match how:
        case "declined":
            await ownership.decline(
                scene.conn, incident_id, reason="busy", now=after(7), by=COLLEAGUE
            )
        case "withdrawn":
            await ownership.withdraw(scene.conn, incident_id, now=after(7), by=DESK)
        case "taken_back":
            await transfers.take_back(
                scene.conn, incident_id, reason="unreachable", now=after(7), by=COLLEAGUE
            )
    for at_s in (8, 9):
        assert await told(scene, AlarmKind.OWNER_GONE, at_s) == [(incident_id, "owner_gone")] * 2
    assert await open_ones(scene, AlarmKind.OWNER_GONE) == [incident_id]


async def relayed(scene: Scene, incident_id: int) -> None:
    """Store a relay that a partner never answers."""
    await scene.conn.execute(
        """INSERT INTO relay (incident_id, partner, queued_at, queued_by, next_try_at, changed_at)
           VALUES (%(id)s, 'police_110', %(at)s, %(by)s, %(at)s, %(at)s)""",
        {"id": incident_id, "at": after(0), "by": DESK},
    )


async def test_f6_what_a_partner_has_not_answered_alarms_again_when_it_is_reopened(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    await relayed(scene, incident_id)
    late = (incident_id, "relay_unacknowledged")
    assert await told(scene, AlarmKind.RELAY, 10_000) == [late]
    await close(scene, incident_id, 10_001)
    await told(scene, AlarmKind.RELAY, 10_002)
    assert await open_ones(scene, AlarmKind.RELAY) == []
    await reopen(scene, incident_id, 10_003)
    assert await told(scene, AlarmKind.RELAY, 10_004) == [late] * 2
    assert await open_ones(scene, AlarmKind.RELAY) == [incident_id]


async def test_f6_merged_it_alarms_on_the_incident_that_goes_on_and_unmerged_on_its_own(
    scene: Scene,
) -> None:
    top, into, one = await scene.call(), await scene.call(), await scene.call()
    await relayed(scene, one)
    await told(scene, AlarmKind.RELAY, 10_000)
    await merge(scene, one, into, 10_001)
    await merge(scene, into, top, 10_002)
    await told(scene, AlarmKind.RELAY, 10_003)
    assert await open_ones(scene, AlarmKind.RELAY) == [top]
    await unmerge(scene, into, 10_004)
    await told(scene, AlarmKind.RELAY, 10_005)
    assert await open_ones(scene, AlarmKind.RELAY) == [into]
    await unmerge(scene, one, 10_006)
    found = await told(scene, AlarmKind.RELAY, 10_007)
    assert await open_ones(scene, AlarmKind.RELAY) == [one]
    assert await told(scene, AlarmKind.RELAY, 10_008) == found


async def test_f6_merged_into_what_is_closed_then_nobody_waits_for_the_partner(
    scene: Scene,
) -> None:
    into, one = await scene.call(), await scene.call()
    await relayed(scene, one)
    await merge(scene, one, into, 1)
    await close(scene, into, 2)
    assert await told(scene, AlarmKind.RELAY, 10_000) == []
