"""Whose units come first is a dated rule over dated centres, not code."""

from datetime import date

import pytest

from dispatch.recommendations.actions import recommend, terms_of
from geo.position import Position
from kit.db import Connection
from tests.support.scene import DESK, NOW, Scene

TAFRESH = Position(34.6927, 50.0147)
OPENS = date(2026, 4, 1)
BEFORE = date(2026, 3, 31)


async def order(conn: Connection, incident_id: int, day: date) -> list[tuple[str, str]]:
    """Return (unit, tier) as recommended under the rules of ``day``."""
    made = await recommend(conn, incident_id, now=NOW, day=day, by=DESK)
    return [(one.code, one.tier) for one in made.ranking.ranked]


async def three_units(conn: Connection) -> Scene:
    """Put a far own unit, a nearer supporting one and the nearest of another centre on shift."""
    scene = Scene(conn)
    await scene.ready("ARK-1", 34.30, 49.69)
    await scene.ready("SHZ-1", 34.20, 49.69)
    await scene.ready("SVH-1", 34.09, 49.69)
    return scene


async def test_own_then_supporting_then_any_other(seeded_conn: Connection) -> None:
    scene = await three_units(seeded_conn)
    found = await order(seeded_conn, await scene.call(), BEFORE)
    assert found == [("ARK-1", "own"), ("SHZ-1", "supporting"), ("SVH-1", "other")]


async def test_the_rule_changes_on_its_day(seeded_conn: Connection) -> None:
    scene = await three_units(seeded_conn)
    incident_id = await scene.call()
    await seeded_conn.execute(
        "UPDATE rule SET valid = daterange(lower(valid), %s) WHERE name = 'cover_order'", (OPENS,)
    )
    await seeded_conn.execute(
        """INSERT INTO rule (name, value, valid)
           VALUES ('cover_order', '["other", "own", "supporting"]', daterange(%s, NULL))""",
        (OPENS,),
    )
    before = await order(seeded_conn, incident_id, BEFORE)
    since = await order(seeded_conn, incident_id, OPENS)
    assert [code for code, _ in before] == ["ARK-1", "SHZ-1", "SVH-1"]
    assert [code for code, _ in since] == ["SVH-1", "ARK-1", "SHZ-1"]
    terms = await terms_of(seeded_conn, incident_id, NOW, OPENS)
    assert terms.policy.cover_rule == "cover_order@2026-04-01"


async def test_a_new_centre_serves_its_county_from_the_day_it_opens(
    seeded_conn: Connection,
) -> None:
    await seeded_conn.execute(
        """INSERT INTO centre (code, county_code, name_fa, name_en, place, valid)
           VALUES ('TFR', 'IR-00-03', 'تفرش', 'Tafresh',
             ST_SetSRID(ST_MakePoint(50.0147, 34.6927), 4326), daterange(%s, NULL))""",
        (OPENS,),
    )
    await seeded_conn.execute(
        "INSERT INTO unit (code, name_fa, name_en, centre_code) VALUES ('TFR-1', '', '', 'TFR')"
    )
    scene = Scene(seeded_conn)
    await scene.ready("SVH-1", 34.70, 50.01)
    await scene.ready("TFR-1", 34.90, 50.01)
    incident_id = await scene.call(TAFRESH, county="IR-00-03", owner_county="IR-00-06")
    assert await order(seeded_conn, incident_id, BEFORE) == [
        ("SVH-1", "supporting"),
        ("TFR-1", "other"),
    ]
    assert await order(seeded_conn, incident_id, OPENS) == [
        ("TFR-1", "own"),
        ("SVH-1", "supporting"),
    ]


@pytest.mark.parametrize("county", [None, "IR-00-01"])
async def test_outside_every_county_the_owners_units_come_first(
    seeded_conn: Connection, county: str | None
) -> None:
    scene = await three_units(seeded_conn)
    incident_id = await scene.call(county=county)
    found = await order(seeded_conn, incident_id, BEFORE)
    assert [code for code, _ in found] == ["ARK-1", "SHZ-1", "SVH-1"]
