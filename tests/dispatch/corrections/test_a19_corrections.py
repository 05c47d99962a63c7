"""A19: what was wrong is put right beside the original, which stays with its author."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.corrections import queries
from dispatch.corrections.actions import Correction, Place, correct
from dispatch.corrections.correction import (
    OF_ASSIGNMENT,
    PRIVATE,
    RecordField,
    check_order,
    kind_of,
)
from dispatch.incidents import actions as incidents
from dispatch.links import actions as links
from dispatch.milestones import actions as milestones
from geo.position import Position
from kit import journal
from kit.codec import loads
from kit.db import Connection
from kit.errors import Conflict, Invalid
from tests.support.scene import ARAK, ARAK_COUNTY, DAY, DESK, Scene, after

COLLEAGUE = "colleague"
TOLD_AT_OPENING = [one for one in PRIVATE if one not in {"place", "note", "closing_note"}]


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def put_right(
    scene: Scene, incident_id: int, field: RecordField, value: Any, at_s: float = 500, **more: Any
) -> dict[str, Any]:
    correction = Correction(incident_id, field, value, "misheard", **more)
    made = await correct(scene.conn, correction, now=after(at_s), day=DAY, by=COLLEAGUE)
    return dict(loads(await queries.correction(scene.conn, made)))


def told(view: dict[str, Any]) -> tuple[Any, ...]:
    return view["was"], view["now"], view["was_by"], datetime.fromisoformat(view["was_at"])


async def last_fact(scene: Scene, incident_id: int) -> journal.Row:
    return (await journal.of_stream(scene.conn, f"incident/{incident_id}"))[-1]


async def test_a19_a_correction_keeps_the_original_and_its_author(scene: Scene) -> None:
    incident_id = await scene.call(group="other")
    view = await put_right(scene, incident_id, RecordField.GROUP, "child_abuse")
    assert told(view) == ("other", "child_abuse", DESK, after(0))
    assert (await scene.row("incident", incident_id))["group_code"] == "child_abuse"
    fact = await last_fact(scene, incident_id)
    body = loads(fact.body)
    assert (fact.kind, fact.by, body["reason"]) == ("record_corrected", COLLEAGUE, "misheard")
    assert body["correction"] == view
    assert body["incident"]["group"] == "child_abuse"
    opened = (await journal.of_stream(scene.conn, f"incident/{incident_id}"))[0]
    assert loads(opened.body)["incident"]["group"] == "other", "the original stays on record"


async def test_a19_a_second_correction_keeps_the_first_and_its_author(scene: Scene) -> None:
    incident_id = await scene.call(group="other")
    await put_right(scene, incident_id, RecordField.GROUP, "child_abuse")
    view = await put_right(scene, incident_id, RecordField.GROUP, "spouse_abuse", 600)
    assert told(view) == ("child_abuse", "spouse_abuse", COLLEAGUE, after(500))
    with pytest.raises(Conflict) as refused:
        await put_right(scene, incident_id, RecordField.GROUP, "spouse_abuse", 700)
    assert refused.value.code == "same_value"


@pytest.mark.parametrize("field", TOLD_AT_OPENING)
async def test_a19_what_is_private_is_corrected_apart_and_no_fact_tells_it(
    scene: Scene, field: RecordField
) -> None:
    incident_id = await scene.call(**{field.value: "نادرست"})
    view = await put_right(scene, incident_id, field, "درست")
    assert (view["was"], view["now"], view["is_private"]) == (None, None, True)
    fact = await last_fact(scene, incident_id)
    assert "درست" not in fact.body
    [kept] = await queries.private_of(scene.conn, incident_id)
    assert (kept["field"], kept["was"], kept["now"]) == (field, "نادرست", "درست")
    assert (kept["was_by"], kept["was_at"], kept["by"]) == (DESK, after(0), COLLEAGUE)
    assert (await queries.private_row(scene.conn, incident_id))[field.value] == "درست"


async def test_a19_a_place_moves_with_its_county_and_no_fact_has_the_exact_one(
    scene: Scene,
) -> None:
    incident_id = await scene.call()
    exact = Position(35.01961, 50.36521)
    place = Place(exact, 50, "IR-00-02", ARAK_COUNTY)
    view = await put_right(scene, incident_id, RecordField.PLACE, place)
    assert (view["was"], view["now"]) == (None, None)
    row = await scene.row("incident", incident_id)
    assert (row["county_code"], row["owner_county_code"]) == ("IR-00-02", ARAK_COUNTY)
    assert "35.01961" not in (await last_fact(scene, incident_id)).body
    [kept] = await queries.private_of(scene.conn, incident_id)
    assert (kept["was"]["lat"], kept["now"]["lat"]) == (ARAK.lat, exact.lat)
    stands = await queries.private_row(scene.conn, incident_id)
    assert (stands["lat"], stands["lon"]) == (exact.lat, exact.lon)


async def test_a19_the_priority_of_a_live_incident_is_changed_by_its_own_act(scene: Scene) -> None:
    incident_id = await scene.call()
    before = await scene.row("incident", incident_id)
    with pytest.raises(Conflict) as refused:
        await put_right(scene, incident_id, RecordField.PRIORITY, 1)
    assert refused.value.code == "use_priority"
    assert await scene.row("incident", incident_id) == before


async def test_a19_a_merged_incident_has_no_priority_of_its_own_to_correct(scene: Scene) -> None:
    incident_id, into_id = await scene.call(), await scene.call()
    await links.merge(scene.conn, incident_id, into_id, now=after(1), by=DESK)
    with pytest.raises(Conflict) as refused:
        await put_right(scene, incident_id, RecordField.PRIORITY, 4)
    assert refused.value.code == "merged", "unmerged, it would be lowered by one person"


async def test_a19_who_answered_for_a_closed_incident_stays(scene: Scene) -> None:
    elsewhere = Place(Position(35.01961, 50.36521), None, "IR-00-02", "IR-00-02")
    closed, live = await scene.call(), await scene.call()
    await incidents.close(
        scene.conn, closed, disposition="other", note=None, now=after(100), by=DESK
    )
    for incident_id, owner in ((closed, ARAK_COUNTY), (live, "IR-00-02")):
        await put_right(scene, incident_id, RecordField.PLACE, elsewhere)
        row = await scene.row("incident", incident_id)
        assert (row["county_code"], row["owner_county_code"]) == ("IR-00-02", owner)
        [kept] = await queries.private_of(scene.conn, incident_id)
        told = [(kept[when]["county"], kept[when]["owner_county"]) for when in ("was", "now")]
        assert told == [(ARAK_COUNTY, ARAK_COUNTY), ("IR-00-02", owner)]


async def note_of(scene: Scene, incident_id: int) -> int:
    await incidents.note(scene.conn, incident_id, "نخست", about="note_added", at=after(1), by=DESK)
    cursor = await scene.conn.execute("SELECT max(id) AS id FROM incident_note")
    row = await cursor.fetchone()
    assert row
    return int(row["id"])


async def test_a19_a_note_is_corrected_and_its_first_text_stays(scene: Scene) -> None:
    incident_id = await scene.call()
    note_id = await note_of(scene, incident_id)
    await put_right(scene, incident_id, RecordField.NOTE, "دوم", note_id=note_id)
    await put_right(scene, incident_id, RecordField.NOTE, "سوم", 600, note_id=note_id)
    assert (await scene.row("incident_note", note_id))["text"] == "نخست"
    first, second = await queries.private_of(scene.conn, incident_id)
    assert (first["was"], first["was_by"], first["was_at"]) == ("نخست", DESK, after(1))
    assert (second["was"], second["was_by"], second["was_at"]) == ("دوم", COLLEAGUE, after(500))


async def test_a19_an_instant_that_was_reported_wrongly(scene: Scene) -> None:
    incident_id, unit_id = await scene.call(), await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    assigned = await scene.assign(incident_id, unit_id)
    for milestone, at_s in ((Milestone.EN_ROUTE, 60), (Milestone.ON_SCENE, 300)):
        await milestones.reach(
            scene.conn,
            assigned["id"],
            milestone,
            now=after(at_s),
            device_at=None,
            day=DAY,
            by="crew",
        )
    view = await put_right(
        scene, incident_id, RecordField.ON_SCENE_AT, after(200), assignment_id=assigned["id"]
    )
    was, now, *original = told(view)
    assert (datetime.fromisoformat(was), datetime.fromisoformat(now)) == (after(300), after(200))
    assert original == ["crew", after(300)]
    assert (await scene.row("assignment", assigned["id"]))["on_scene_at"] == after(200)
    body = loads((await last_fact(scene, incident_id)).body)
    assert datetime.fromisoformat(body["assignment"]["on_scene_at"]) == after(200)
    for wrong in (after(30), after(9999)):
        with pytest.raises(Invalid):
            await put_right(
                scene, incident_id, RecordField.ON_SCENE_AT, wrong, assignment_id=assigned["id"]
            )
    with pytest.raises(Conflict) as never:
        await put_right(
            scene, incident_id, RecordField.CLEARED_AT, after(400), assignment_id=assigned["id"]
        )
    assert never.value.code == "not_recorded"


async def test_a19_the_closing_of_an_incident(scene: Scene) -> None:
    incident_id = await scene.call()
    with pytest.raises(Conflict) as open_still:
        await put_right(scene, incident_id, RecordField.DISPOSITION, "no_contact")
    assert open_still.value.code == "not_closed"
    await incidents.close(
        scene.conn, incident_id, disposition="other", note="یک", now=after(100), by=DESK
    )
    for field, value in (
        (RecordField.DISPOSITION, "no_contact"),
        (RecordField.CLOSING_NOTE, "دو"),
        (RecordField.CLOSED_AT, after(90)),
        (RecordField.PRIORITY, 3),
    ):
        view = await put_right(scene, incident_id, field, value)
        by = (DESK, after(0)) if field is RecordField.PRIORITY else (DESK, after(100))
        assert told(view)[2:] == by
    row = await scene.row("incident", incident_id)
    assert (row["disposition"], row["closed_at"], row["priority"]) == ("no_contact", after(90), 3)


KEPT = ("journal", "incident_note", "correction", "correction_private")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"]
)
async def test_a19_nobody_changes_or_deletes_what_was_written(
    scene: Scene, table: str, change: str
) -> None:
    incident_id = await scene.call(address="نادرست")
    await note_of(scene, incident_id)
    await put_right(scene, incident_id, RecordField.ADDRESS, "درست")
    column = {"journal": "body", "incident_note": "text", "correction": "field"}.get(table, "was")
    with pytest.raises(psycopg.errors.RestrictViolation, match="only added to"):
        async with scene.conn.transaction():
            await scene.conn.execute(change.format(table, column))


def at(minute: int) -> datetime:
    return datetime(2026, 3, 2, 8, minute, tzinfo=UTC)


WAY = {
    "dispatched_at": at(0),
    "acknowledged_at": at(9),
    "en_route_at": at(2),
    "on_scene_at": at(10),
    "contact_at": None,
    "transporting_at": None,
    "at_destination_at": None,
    "handed_over_at": None,
    "cleared_at": at(30),
}


@pytest.mark.parametrize(
    ("field", "minute", "fits"),
    [
        (RecordField.EN_ROUTE_AT, 0, True),
        (RecordField.EN_ROUTE_AT, 10, True),
        (RecordField.EN_ROUTE_AT, 11, False),
        (RecordField.ON_SCENE_AT, 1, False),
        (RecordField.ON_SCENE_AT, 31, False),
        (RecordField.ACKNOWLEDGED_AT, 29, True),
        (RecordField.ACKNOWLEDGED_AT, 31, False),
        (RecordField.CLEARED_AT, 9, False),
        (RecordField.DISPATCHED_AT, 3, False),
        (RecordField.CLEARED_AT, 59, False),
    ],
)
def test_a19_an_instant_stays_in_order_with_those_beside_it(
    field: RecordField, minute: int, fits: bool
) -> None:
    try:
        check_order(field, at(minute), WAY, at(45))
    except Invalid as refusal:
        assert not fits
        assert [fault.field for fault in refusal.errors] == ["at"]
    else:
        assert fits


@pytest.mark.parametrize("field", RecordField)
def test_a19_every_field_has_one_kind_and_what_names_a_person_or_place_is_private(
    field: RecordField,
) -> None:
    assert kind_of(field)
    assert (field in PRIVATE) is (kind_of(field).value in {"place", "text"})
    assert (field.value.endswith("_at")) is (kind_of(field).value == "at")
    assert not set(OF_ASSIGNMENT) & set(PRIVATE)
