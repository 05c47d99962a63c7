"""A8: what is known of a place or a person, and flags of caution, on need to know."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.history import actions
from dispatch.history.actions import Setting
from dispatch.history.earlier import About, EarlierRules
from dispatch.links.duplicates import Told
from geo.queries import rules_as
from kit.db import Connection
from kit.errors import Conflict, Invalid
from kit.identity import Actor, Role
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.dispatch.links.test_a7_merge import north
from tests.support.scene import ARAK, DAY, DESK, NOW, Scene, after
from tests.support.servers import Running

ACTOR = Actor(1, DESK, Role.DISPATCHER)
PHONE = "09120000777"
WEAPON = {"code": "weapon", "reason": "seen_by_team"}


async def cautions(conn: Connection, told: Told, days: float = 0) -> list[str]:
    at = NOW + timedelta(days=days)
    found = await actions.look_for_cautions(conn, told, by=ACTOR, now=at)
    return [one.code for one in found]


async def flag(conn: Connection, told: Told, about: About, **more: Any) -> int:
    rules = await rules_as(conn, DAY, EarlierRules)
    setting = Setting(about=about, **(WEAPON | more))
    return (await actions.set_caution(conn, told, setting, rules, now=NOW, by=DESK)).id


async def test_a8_earlier_incidents_of_a_place_or_a_person(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    here, elsewhere = await scene.call(north(100)), await scene.call(north(5000))
    caller = await scene.call(north(90_000), caller_phone=PHONE)
    rules = await rules_as(seeded_conn, DAY, EarlierRules)
    told = Told(ARAK, 0, "+98" + PHONE[1:], after(60))
    found = await actions.look(seeded_conn, told, rules, by=ACTOR, now=after(60))
    assert {one.incident.id: one.about for one in found.earlier} == {
        here: ["place"],
        caller: ["person"],
    }
    assert elsewhere not in {one.incident.id for one in found.earlier}
    unsure = Told(ARAK, 4900, None, after(60))
    found = await actions.look(seeded_conn, unsure, rules, by=ACTOR, now=after(60))
    assert {one.incident.id for one in found.earlier} == {here, elsewhere}


async def test_history_goes_back_as_far_as_the_rule_says(seeded_conn: Connection) -> None:
    await Scene(seeded_conn).call(ARAK)
    rules = await rules_as(seeded_conn, DAY, EarlierRules)
    for days, count in ((729, 1), (731, 0)):
        at = NOW + timedelta(days=days)
        told = Told(ARAK, 0, None, at)
        found = await actions.look(seeded_conn, told, rules, by=ACTOR, now=at)
        assert len(found.earlier) == count


async def test_a8_a_caution_on_a_place_holds_around_it_until_it_expires(
    seeded_conn: Connection,
) -> None:
    await flag(seeded_conn, Told(ARAK, 0, None, NOW), About.PLACE, radius_m=200.0)
    assert await cautions(seeded_conn, Told(north(150), 0, None, NOW)) == ["weapon"]
    assert await cautions(seeded_conn, Told(north(250), 0, None, NOW)) == []
    assert await cautions(seeded_conn, Told(north(250), 60, None, NOW)) == ["weapon"]
    assert await cautions(seeded_conn, Told(ARAK, 0, None, NOW), days=179) == ["weapon"]
    assert await cautions(seeded_conn, Told(ARAK, 0, None, NOW), days=181) == []


async def test_a8_a_caution_on_a_person_goes_with_the_number(seeded_conn: Connection) -> None:
    await flag(seeded_conn, Told(ARAK, 0, PHONE, NOW), About.PERSON)
    assert await cautions(seeded_conn, Told(north(90_000), 0, "00989120000777", NOW)) == ["weapon"]
    assert await cautions(seeded_conn, Told(ARAK, 0, None, NOW)) == []
    with pytest.raises(Conflict, match="no telephone number"):
        await flag(seeded_conn, Told(ARAK, 0, "110", NOW), About.PERSON)
    with pytest.raises(Invalid, match="expires_at"):
        await flag(seeded_conn, Told(ARAK, 0, PHONE, NOW), About.PERSON, expires_at=NOW)


async def test_a8_a_cleared_caution_is_gone_and_kept(seeded_conn: Connection) -> None:
    told = Told(ARAK, 0, None, NOW)
    caution_id = await flag(seeded_conn, told, About.PLACE)
    clear = {"reason": "mistaken", "now": after(60), "by": DESK}
    await actions.clear_caution(seeded_conn, caution_id, **clear)
    assert await cautions(seeded_conn, told) == []
    row = await Scene(seeded_conn).row("caution", caution_id)
    assert (row["clear_reason"], row["cleared_by"]) == ("mistaken", DESK)
    with pytest.raises(Conflict) as refused:
        await actions.clear_caution(seeded_conn, caution_id, **clear)
    assert refused.value.code == "caution_cleared"


async def test_a8_no_fact_tells_of_whom_or_what_a_caution_is(seeded_conn: Connection) -> None:
    told = Told(ARAK, 0, PHONE, NOW)
    one = await flag(seeded_conn, told, About.PERSON, note="he has a knife")
    await actions.clear_caution(seeded_conn, one, reason="mistaken", now=NOW, by=DESK)
    cursor = await seeded_conn.execute("SELECT journal.*::text AS text, kind, body FROM journal")
    facts = await cursor.fetchall()
    assert [(fact["kind"], fact["body"]) for fact in facts] == [
        ("caution_set", {}),
        ("caution_cleared", {}),
    ]
    for secret in ("weapon", "knife", "0777", "34.08", "mistaken"):
        assert not [fact for fact in facts if secret in fact["text"]]


async def flagged(running: Running) -> tuple[Desk, int]:
    desk = await running.desk()
    incident = await desk.call(ARAK.lat, ARAK.lon, caller_phone=PHONE)
    body = WEAPON | {"about": "place", "note": "he has a knife"}
    await desk.api.post(f"/incidents/{incident}/cautions", **body)
    return desk, incident


async def test_a8_a_flag_is_visible_only_to_the_permitted_role(server: Running) -> None:
    desk, incident = await flagged(server)
    paths = [f"/incidents/{incident}/cautions", f"/incidents/{incident}/history"]
    for path in paths:
        [caution] = (await desk.api.get(path))["cautions"]
        assert (caution["code"], caution["note"]) == ("weapon", "he has a knife")
    for name in ("planner", "admin"):
        other = await server.desk(name, connect=False)
        for path in paths:
            with pytest.raises(ProblemAnswer, match="403"):
                await other.api.get(path)
        told = [await other.api.get(f"/incidents/{incident}{end}") for end in ("", "/timeline")]
        assert "weapon" not in str(told)


async def test_a8_the_crew_sees_the_flag_while_assigned_and_each_view_is_audited(
    server: Running,
) -> None:
    desk, incident = await flagged(server)
    crew, other = await server.crew_at("ark-1", 34.1, 49.7), await server.crew("ark-2")
    path = f"/incidents/{incident}/cautions"
    for one in (crew, other):
        assert (await one.api.http.get(path)).status_code == 403
    assert crew.state
    await desk.assign(incident, crew.state.unit.id)
    await crew.socket.until(lambda: crew.state and crew.state.assignment)
    seen = (await crew.api.http.get(path)).json()["cautions"]
    assert [caution["code"] for caution in seen] == ["weapon"]
    assert (await other.api.http.get(path)).status_code == 403
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)
    await server.sql("UPDATE rule SET value = '0' WHERE name = 'private_grace_s'")
    assert (await crew.api.http.get(path)).status_code == 403
    await desk.api.get(path)
    reads = await server.sql("SELECT by_name, role, about, incident_id FROM history_read")
    assert reads == [
        ("ark-1", "crew", "cautions", incident),
        ("dispatcher", "dispatcher", "cautions", incident),
    ]


async def test_a8_earlier_incidents_are_shown_at_intake_and_the_look_is_audited(
    server: Running,
) -> None:
    desk, incident = await flagged(server)
    found = await desk.api.post("/history", once=False, lat=ARAK.lat, lon=ARAK.lon)
    assert [one["incident"]["id"] for one in found["earlier"]] == [incident]
    assert [one["code"] for one in found["cautions"]] == ["weapon"]
    reads = await server.sql("SELECT about, incident_id, shown FROM history_read ORDER BY id")
    assert [about for about, _, _ in reads] == ["history", "cautions"]
    assert reads[0][2] == [incident]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "dragon"}, "code"),
        ({"reason": "boredom"}, "reason"),
        ({"about": "planet"}, "about"),
        ({"radius_m": 0}, "radius_m"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ],
)
async def test_a_caution_with_a_fault_names_it(
    server: Running, body: dict[str, Any], field: str
) -> None:
    desk = await server.desk(connect=False)
    incident = await desk.call(ARAK.lat, ARAK.lon)
    with pytest.raises(ProblemAnswer) as refused:
        await desk.api.post(
            f"/incidents/{incident}/cautions", **(WEAPON | {"about": "place"} | body)
        )
    assert refused.value.status == 422
    assert [fault.field for fault in refused.value.errors] == [field]
