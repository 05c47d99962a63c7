"""A7: duplicates are merged, linked and taken apart again, and both timelines stay."""

from typing import Any

import pytest

from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import IncidentStatus
from dispatch.links import actions, queries
from dispatch.links.duplicates import DuplicateRules
from geo.position import Position
from geo.queries import rules_as
from kit.db import Connection
from kit.errors import Conflict, Invalid, NotFound
from kit.identity import Actor, Role
from kit.states import IllegalTransition
from tests.dispatch.links.test_duplicates import M_IN_DEG
from tests.support.scene import ARAK, DAY, DESK, NOW, Scene, after

ACTOR = Actor(1, DESK, Role.DISPATCHER)


def north(metres: float) -> Position:
    return Position(ARAK.lat + metres / M_IN_DEG, ARAK.lon)


async def two(conn: Connection, **more: Any) -> tuple[Scene, int, int]:
    """Open two incidents, 300 m and 10 min apart."""
    scene = Scene(conn)
    return scene, await scene.call(ARAK), await scene.call(north(300), after(600), **more)


async def merge(conn: Connection, one: int, into: int, at_s: float = 700) -> None:
    await actions.merge(conn, one, into, now=after(at_s), by=DESK)


async def candidates(conn: Connection, incident_id: int) -> list[int]:
    rules = await rules_as(conn, DAY, DuplicateRules)
    told = (await queries.told_of(conn, incident_id)).told
    found = await actions.look(conn, told, rules, by=ACTOR, now=after(900), incident_id=incident_id)
    return [one.incident.id for one in found]


async def test_a7_two_calls_300_m_and_10_min_apart_prompt(seeded_conn: Connection) -> None:
    scene, first, second = await two(seeded_conn)
    far, late = await scene.call(north(1200)), await scene.call(ARAK, after(7200))
    assert await candidates(seeded_conn, second) == [first]
    assert await candidates(seeded_conn, far) == await candidates(seeded_conn, late) == []
    reads = await seeded_conn.execute("SELECT about, incident_id, shown FROM history_read")
    assert await reads.fetchall() == [
        {"about": "duplicates", "incident_id": second, "shown": [first]}
    ]


async def test_a7_the_same_number_prompts_wherever_it_calls_from(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    first = await scene.call(ARAK, caller_phone="۰۹۱۲ ۰۰۰ ۰۷۷۷")
    second = await scene.call(north(40_000), after(600), caller_phone="+989120000777")
    await scene.call(north(41_000), after(600), caller_phone="+989120000778")
    assert await candidates(seeded_conn, second) == [first]


async def test_a7_thresholds_are_dated_rules(seeded_conn: Connection) -> None:
    _, first, second = await two(seeded_conn)
    await seeded_conn.execute("UPDATE rule SET value = '299' WHERE name = 'duplicate_radius_m'")
    assert await candidates(seeded_conn, second) == []
    await seeded_conn.execute("UPDATE rule SET value = '301' WHERE name = 'duplicate_radius_m'")
    assert await candidates(seeded_conn, second) == [first]
    await seeded_conn.execute("DELETE FROM rule WHERE name = 'duplicate_window_s'")
    with pytest.raises(Conflict, match="duplicate_window_s"):
        await candidates(seeded_conn, second)


async def test_a7_merge_closes_the_one_with_a_pointer_and_the_other_goes_on(
    seeded_conn: Connection,
) -> None:
    scene, first, second = await two(seeded_conn, priority=1)
    await merge(seeded_conn, second, first)
    row = await scene.row("incident", second)
    assert (row["status"], row["disposition"], row["merged_into"]) == ("closed", "duplicate", first)
    assert row["closed_at"] == after(700)
    into = await scene.row("incident", first)
    assert (into["status"], into["priority"]) == ("waiting", 1)
    assert await candidates(seeded_conn, first) == []
    found = await queries.links(seeded_conn, first)
    assert [link.incident.id for link in found.merged] == [second]
    assert await scene.facts(second) == ["incident_opened", "incident_merged"]
    assert await scene.facts(first) == [
        "incident_opened",
        "incident_merged",
        "incident_prioritised",
    ]


@pytest.mark.parametrize("status", ["waiting", "seeking", "held", "cleared"])
async def test_a7_unmerge_puts_back_what_was_with_its_own_clocks(
    seeded_conn: Connection, status: str
) -> None:
    scene, first, second = await two(seeded_conn)
    if status == "held":
        await incidents.hold(seeded_conn, second, reason="other", now=after(650), by=DESK)
    if status == "cleared":
        await seeded_conn.execute(
            "UPDATE incident SET status = 'cleared', status_at = %s, attention = 'no_unit'"
            " WHERE id = %s",
            (after(660), second),
        )
    if status == "seeking":
        await incidents.seek_again(seeded_conn, second, after(660))
    before = await scene.row("incident", second)
    assert before["status"] == ("waiting" if status == "seeking" else status)
    await merge(seeded_conn, second, first)
    await actions.unmerge(seeded_conn, second, now=after(800), by=DESK)
    assert await scene.row("incident", second) == before
    assert await queries.links(seeded_conn, first) == queries.Links([], [])
    with pytest.raises(Conflict, match="not merged") as refused:
        await actions.unmerge(seeded_conn, second, now=after(801), by=DESK)
    assert refused.value.code == "not_merged"
    await merge(seeded_conn, second, first, 900)
    assert (await scene.row("incident", second))["merged_into"] == first


async def test_a_merged_incident_is_not_reopened_but_unmerged(seeded_conn: Connection) -> None:
    _, first, second = await two(seeded_conn)
    await merge(seeded_conn, second, first)
    with pytest.raises(Conflict, match="unmerge it first") as refused:
        await incidents.reopen(seeded_conn, second, reason="other", now=after(800), by=DESK)
    assert refused.value.code == "merged"


async def test_into_a_closed_one_nothing_is_merged(seeded_conn: Connection) -> None:
    _, first, second = await two(seeded_conn)
    await incidents.close(
        seeded_conn, first, disposition="other", note=None, now=after(650), by=DESK
    )
    with pytest.raises(IllegalTransition, match="closed: cannot take_in"):
        await merge(seeded_conn, second, first)
    with pytest.raises(IllegalTransition, match="closed: cannot merge"):
        await merge(seeded_conn, first, second)


@pytest.mark.parametrize("served", ["offer", "assignment"])
async def test_a7_what_a_unit_goes_to_is_not_merged_away(
    seeded_conn: Connection, served: str
) -> None:
    scene, first, second = await two(seeded_conn)
    one, other = await scene.ready("ARK-1", 34.1, 49.7), await scene.ready("ARK-2", 34.1, 49.7)
    send = scene.offer if served == "offer" else scene.assign
    await send(second, one)
    with pytest.raises(Conflict, match=f"only incident {second}") as refused:
        await merge(seeded_conn, second, first)
    assert refused.value.code == "merge_the_other_way"
    await scene.assign(first, other)
    with pytest.raises(Conflict, match="call one off") as refused:
        await merge(seeded_conn, second, first)
    assert refused.value.code == "both_served"


@pytest.mark.parametrize("status", ["waiting", "held"])
async def test_a7_what_still_needs_a_unit_does_not_go_into_what_needs_none_any_more(
    seeded_conn: Connection, status: str
) -> None:
    scene, first, second = await two(seeded_conn, priority=1)
    await seeded_conn.execute("UPDATE incident SET status = 'cleared' WHERE id = %s", (first,))
    if status == "held":
        await incidents.hold(seeded_conn, second, reason="other", now=after(650), by=DESK)
    with pytest.raises(Conflict, match=f"reopen incident {first}") as refused:
        await merge(seeded_conn, second, first)
    assert refused.value.code == "reopen_first"
    await merge(seeded_conn, first, second)
    assert (await scene.row("incident", second))["status"] == status


async def test_a7_of_two_that_need_no_unit_any_more_one_goes_into_the_other(
    seeded_conn: Connection,
) -> None:
    scene, first, second = await two(seeded_conn)
    await seeded_conn.execute("UPDATE incident SET status = 'cleared'")
    await merge(seeded_conn, second, first)
    assert (await scene.row("incident", second))["merged_into"] == first


async def test_the_one_without_a_unit_goes_into_the_one_with(seeded_conn: Connection) -> None:
    scene, first, second = await two(seeded_conn)
    await scene.assign(second, await scene.ready("ARK-1", 34.1, 49.7))
    await merge(seeded_conn, first, second)
    assert (await scene.row("incident", second))["status"] == IncidentStatus.RESPONDING


async def test_merged_into_merged_is_all_shown_together(seeded_conn: Connection) -> None:
    scene, first, second = await two(seeded_conn)
    third = await scene.call(north(100), after(660), narrative="third")
    await merge(seeded_conn, third, second)
    await merge(seeded_conn, second, first, 710)
    assert await incident_queries.merged_with(seeded_conn, first) == [first, second, third]
    read = await incidents.read_private(
        seeded_conn, first, by=DESK, role=Role.DISPATCHER, now=after(800)
    )
    assert [part["incident_id"] for part in read["merged"]] == [second, third]
    assert read["merged"][1]["narrative"] == "third"
    cursor = await seeded_conn.execute("SELECT incident_id FROM private_read ORDER BY incident_id")
    assert [row["incident_id"] for row in await cursor.fetchall()] == [first, second, third]


async def test_related_incidents_stay_and_know_of_each_other(seeded_conn: Connection) -> None:
    scene, first, second = await two(seeded_conn)
    await actions.link(seeded_conn, second, first, now=after(700), by=DESK)
    for one, other in ((first, second), (second, first)):
        found = await queries.links(seeded_conn, one)
        assert [link.incident.id for link in found.related] == [other]
        assert (await scene.row("incident", one))["status"] == "waiting"
    await actions.unlink(seeded_conn, first, second, now=after(800), by=DESK)
    assert await queries.links(seeded_conn, first) == queries.Links([], [])
    assert (await scene.facts(first))[1:] == ["incident_linked", "incident_unlinked"]
    with pytest.raises(NotFound):
        await actions.unlink(seeded_conn, first, second, now=NOW, by=DESK)


async def test_nothing_is_merged_into_or_linked_to_itself(seeded_conn: Connection) -> None:
    _, first, _ = await two(seeded_conn)
    with pytest.raises(Invalid, match="into"):
        await merge(seeded_conn, first, first)
    with pytest.raises(Invalid, match="other_id"):
        await actions.link(seeded_conn, first, first, now=NOW, by=DESK)
    with pytest.raises(NotFound):
        await merge(seeded_conn, first, 999_999)
    with pytest.raises(NotFound):
        await actions.unmerge(seeded_conn, 999_999, now=NOW, by=DESK)


async def test_a7_the_number_of_a_call_that_joined_is_the_incidents_too(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    first = await scene.call(ARAK, caller_phone="09120000111")
    await seeded_conn.execute(
        """WITH c AS (INSERT INTO call (status, channel, received_at, answered_at, relevance,
               outcome, incident_id)
             VALUES ('answered', '123', %(at)s, %(at)s, 'relevant', 'incident_joined', %(id)s)
             RETURNING id)
           INSERT INTO call_private (call_id, caller_phone) SELECT id, '۰۹۱۲۰۰۰۰۷۷۷' FROM c""",
        {"at": NOW, "id": first},
    )
    second = await scene.call(north(40_000), after(600), caller_phone="+989120000777")
    third = await scene.call(north(80_000), after(600), caller_phone="09120000111")
    assert await candidates(seeded_conn, second) == [first]
    assert await candidates(seeded_conn, first) == [second, third]


async def priority(scene: Scene, incident_id: int) -> int:
    return int((await scene.row("incident", incident_id))["priority"])


async def test_a7_unmerge_gives_back_the_priority_that_the_merge_raised(
    seeded_conn: Connection,
) -> None:
    scene, first, second = await two(seeded_conn, priority=1)
    await merge(seeded_conn, second, first)
    assert await priority(scene, first) == 1
    await actions.unmerge(seeded_conn, second, now=after(800), by=DESK)
    assert await priority(scene, first) == 2
    assert (await scene.row("incident", first))["prioritised_at"] == after(800)
    assert (await scene.facts(first))[-1] == "incident_prioritised"


async def test_a7_unmerge_leaves_a_priority_that_a_person_set_since(
    seeded_conn: Connection,
) -> None:
    scene, first, second = await two(seeded_conn, priority=1)
    await merge(seeded_conn, second, first)
    for level in (3, 1):
        await incidents.prioritise(
            seeded_conn, first, level, now=after(750), by=DESK, reason="danger_to_life"
        )
    await actions.unmerge(seeded_conn, second, now=after(800), by=DESK)
    assert await priority(scene, first) == 1


async def test_a7_unmerge_of_one_of_two_keeps_what_the_other_needs(seeded_conn: Connection) -> None:
    scene, first, second = await two(seeded_conn, priority=1)
    third = await scene.call(north(100), after(610), priority=2)
    await incidents.prioritise(seeded_conn, first, 4, now=after(620), by=DESK, reason="calmer")
    await merge(seeded_conn, third, first, 700)
    await merge(seeded_conn, second, first, 701)
    assert await priority(scene, first) == 1
    await actions.unmerge(seeded_conn, second, now=after(800), by=DESK)
    assert await priority(scene, first) == 2, "the third is merged still"
    await actions.unmerge(seeded_conn, third, now=after(801), by=DESK)
    assert await priority(scene, first) == 4
