"""Triage over HTTP and in the intake: suggested, chosen with a reason, prompts until followed."""

from datetime import date, timedelta
from typing import Any

import pytest

from dispatch.triage.queries import rules_on
from geo.queries import codes
from kit.clock import day_of, now
from kit.db import Connection
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.scene import DAY
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
ATTEMPT = {"group": "suicide_intent", "flags": ["attempt_in_progress"]}


async def refused(desk: Desk, path: str, **body: Any) -> ProblemAnswer:
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.post(path, **body)
    return answer.value


async def test_a3_every_target_group_maps_to_an_eido_type(seeded_conn: Connection) -> None:
    lists = await codes(seeded_conn, DAY)
    types = {word["code"] for word in lists["eido_type"]}
    groups = lists["target_group"]
    assert len(groups) >= 17
    assert {"ABUSE", "NEGLECT", "DVA", "RUNAWAY", "SUICIDE", "SUICTHRT", "WELFARE"} <= types
    for group in groups:
        assert group["eido"] in types, group
        assert group["name_fa"]
        assert group["name_en"]
        assert group["name_fa"] != group["name_en"]


async def test_a3_codes_are_edited_with_dates(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    today = day_of(now(), server.app.state.settings.time_zone)
    soon, later = today + timedelta(days=10), today + timedelta(days=20)

    async def groups(on: date) -> dict[str, str]:
        found = (await admin.api.get("/codes", day=str(on)))["target_group"]
        return {word["code"]: f"{word['name_en']} {word['eido']}" for word in found}

    word = {"domain": "target_group", "name_fa": "نو", "name_en": "New", "eido": "WELFARE"}
    made = await admin.api.post(
        "/codes", **word, code="new_group", valid_from=str(soon), valid_to=str(later)
    )
    assert (made["valid_from"], made["valid_to"]) == (str(soon), str(later))
    for on, there in ((today, False), (soon, True), (later, False)):
        assert ("new_group" in await groups(on)) is there
    renamed = {**word, "name_en": "Without a home", "code": "homeless"}
    await admin.api.post("/codes", **renamed, valid_from=str(soon))
    assert (await groups(today))["homeless"] == "Homeless people WELFARE"
    assert (await groups(soon))["homeless"] == "Without a home WELFARE"
    await admin.api.post("/codes/target_group/elder_abuse/end", once=False, on=str(later))
    assert "elder_abuse" in await groups(soon)
    assert "elder_abuse" not in await groups(later)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"eido": None}, "eido"),
        ({"eido": "SMOKE"}, "eido"),
        ({"domain": "desk"}, "eido"),
        ({"domain": "priority"}, "domain"),
        ({"domain": "made_up_reason", "eido": None}, "domain"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
        ({"code": "Two Words"}, "code"),
        ({"name_fa": ""}, "name_fa"),
    ],
)
async def test_a3_a_code_that_makes_no_sense_is_refused(
    shared_server: Running, change: dict[str, Any], field: str
) -> None:
    admin = await shared_server.desk("admin", connect=False)
    word = {
        "domain": "target_group",
        "code": "x",
        "name_fa": "x",
        "name_en": "x",
        "eido": "ABUSE",
        "valid_from": "2999-01-01",
    }
    answer = await refused(admin, "/codes", **{**word, **change})
    assert (answer.status, [fault.field for fault in answer.errors]) == (422, [field])


async def test_a3_one_word_has_one_meaning_a_day(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    word = {"domain": "desk", "code": "x", "name_fa": "x", "name_en": "x"}
    await admin.api.post("/codes", **word, valid_from="2999-01-10")
    for first in ("2999-01-01", "2999-01-10"):
        again = await refused(admin, "/codes", **word, valid_from=first)
        assert (again.status, again.code) == (409, "already_valid")
    await admin.api.post("/codes", **word, valid_from="2999-01-01", valid_to="2999-01-10")
    for code in ("x", "no_such"):
        gone = await refused(admin, f"/codes/desk/{code}/end", on="2999-01-01", once=False)
        assert gone.status == 404


async def test_every_rule_speaks_of_codes_that_exist(seeded_conn: Connection) -> None:
    words = {
        domain: {word["code"] for word in listed}
        for domain, listed in (await codes(seeded_conn, DAY)).items()
    }
    rules = await rules_on(seeded_conn, DAY)
    assert len(rules) > 20
    for rule in rules:
        assert rule.group is None or rule.group in words["target_group"], rule
        assert set(rule.flags) <= words["triage_flag"], rule
        assert set(rule.needs) <= words["capability"], rule
        assert set(rule.prompts) <= words["prompt"], rule
    spoken_of = {rule.group for rule in rules}
    assert words["target_group"] - spoken_of == {"other"}


async def test_a4_an_attempt_in_progress_is_priority_1_and_prompts_115(server: Running) -> None:
    desk = await server.desk()
    for group in ("suicide_intent", "street_child", "other"):
        said = await desk.api.get("/triage", group=group, flags="attempt_in_progress")
        assert said["priority"] == 1
        assert said["priority_rules"] == ["attempt_in_progress"]
        assert [one["prompt"] for one in said["prompts"]] == ["tell_115"]
        assert said["prompts"][0]["rules"] == ["attempt_in_progress"]
    incident = await desk.call(*ARAK, priority=1, **ATTEMPT)
    view = await desk.api.get(f"/incidents/{incident}")
    assert (view["suggested_priority"], view["flags"]) == (1, ["attempt_in_progress"])
    waiting = [{"prompt": "tell_115", "told_at": None, "told_by": None}]
    assert view["prompts"] == waiting
    assert desk.link
    await desk.link.until(lambda: incident in desk.board.incidents)
    assert [one.prompt for one in desk.board.incidents[incident].prompts] == ["tell_115"]


async def test_a4_another_priority_needs_a_reason_and_both_are_kept(server: Running) -> None:
    desk = await server.desk(connect=False)
    body = {"lat": ARAK[0], "lon": ARAK[1], **ATTEMPT}
    answer = await refused(desk, "/incidents", **body, priority=2)
    assert (answer.status, [fault.field for fault in answer.errors]) == (422, ["priority_reason"])
    unknown = await refused(desk, "/incidents", **body, priority=2, priority_reason="no such")
    assert [fault.field for fault in unknown.errors] == ["priority_reason"]
    assert await server.sql("SELECT count(*) FROM incident") == [(0,)]
    assert await server.sql("SELECT count(*) FROM call") == [(0,)]
    await desk.call(*ARAK, **ATTEMPT, priority=2, priority_reason="calmer")
    await desk.call(*ARAK, **ATTEMPT, priority=1, needs=["psychologist"])
    kept = await server.sql(
        """SELECT suggestion->>'priority', suggestion#>>'{rules,0,code}', priority, needs, reason,
             flags, by_name FROM incident_triage ORDER BY incident_id"""
    )
    flags = ["attempt_in_progress"]
    assert kept == [
        ("1", "attempt_in_progress", 2, [], "calmer", flags, "dispatcher"),
        ("1", "attempt_in_progress", 1, ["psychologist"], None, flags, "dispatcher"),
    ]


async def test_a4_a_prompt_waits_until_somebody_has_followed_it(server: Running) -> None:
    desk = await server.desk()
    incident = await desk.call(*ARAK, priority=1, **ATTEMPT)
    there = f"/incidents/{incident}/prompts"
    before = now()
    view = await desk.api.post(f"{there}/tell_115", once=False)
    ((prompt),) = view["prompts"]
    assert (prompt["prompt"], prompt["told_by"]) == ("tell_115", "dispatcher")
    assert before.isoformat() <= prompt["told_at"].replace("Z", "+00:00")
    again = await refused(desk, f"{there}/tell_115", once=False)
    assert (again.status, again.code) == (409, "already_told")
    for path in (f"{there}/tell_110", f"{there}/x", "/incidents/999999/prompts/tell_115"):
        assert (await refused(desk, path, once=False)).status == 404
    assert desk.link
    await desk.link.until(lambda: desk.facts[-1].kind == "prompt_told")
    assert desk.facts[-1].reason == "tell_115"
    assert desk.board.incidents[incident].prompts[0].told_by == "dispatcher"


async def test_the_rules_of_the_day_decide(server: Running) -> None:
    desk = await server.desk(connect=False)
    await server.sql(
        """UPDATE triage_rule SET valid = daterange('2020-01-01', '2030-01-01')
           WHERE code = 'street_child'"""
    )
    await server.sql(
        """INSERT INTO triage_rule (code, name_fa, name_en, group_code, priority, valid)
           VALUES ('street_child', 'نو', 'New', 'street_child', 2, daterange('2030-01-01', NULL))"""
    )
    asked = {"group": "street_child"}
    for day, priority in (("2029-12-31", 3), ("2030-01-01", 2), ("2019-01-01", None)):
        if priority is None:
            with pytest.raises(ProblemAnswer, match="422"):
                await desk.api.get("/triage", **asked, day=day)
            continue
        assert (await desk.api.get("/triage", **asked, day=day))["priority"] == priority


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"group": "no_such"}, "group"),
        ({"group": "other", "flags": "no_such"}, "flags"),
        ({}, "group"),
        ({"group": "other", "day": "never"}, "day"),
    ],
)
async def test_a_bad_question_is_named(
    shared_server: Running, query: dict[str, str], field: str
) -> None:
    desk = await shared_server.desk(connect=False)
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.get("/triage", **query)
    assert [fault.field for fault in answer.value.errors] == [field]
