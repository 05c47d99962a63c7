"""A14: who answers for a county that has no centre, on the day before one opens and after it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from fleet.crews.queries import off_duty
from geo import queries
from geo.area import Areas
from geo.position import Position
from kit.db import Connection

TAFRESH, SAVEH, ARAK = "IR-00-03", "IR-00-06", "IR-00-01"
SEAT = Position(34.6927, 50.0147)
OPENS = date(2026, 3, 20)


async def open_centre(conn: Connection, opens: date = OPENS) -> None:
    await conn.execute(
        """INSERT INTO centre (code, county_code, name_fa, name_en, place, valid)
           VALUES ('TFR', %s, 'تفرش', 'Tafresh', ST_SetSRID(ST_MakePoint(%s, %s), 4326),
                   daterange(%s, NULL))""",
        (TAFRESH, SEAT.lon, SEAT.lat, opens),
    )


async def answers(conn: Connection, areas: Areas, on: date) -> tuple[str, str]:
    """Return who answers for the seat of Tafresh on a day, and by which rule."""
    owner = await queries.owner(conn, areas.locate(SEAT), SEAT, on)
    return owner.county, owner.rule


@pytest.mark.parametrize(
    ("on", "who"),
    [
        (date(2026, 3, 19), (SAVEH, "supporting")),
        (date(2026, 3, 20), (TAFRESH, "own")),
        (date(2026, 3, 21), (TAFRESH, "own")),
    ],
)
async def test_a14_tafresh_uses_its_supporter_until_its_own_centre_opens(
    seeded_conn: Connection, areas: Areas, on: date, who: tuple[str, str]
) -> None:
    await open_centre(seeded_conn)
    assert await answers(seeded_conn, areas, on) == who


async def test_a14_units_of_the_supporter_come_first_until_then(
    seeded_conn: Connection,
) -> None:
    await open_centre(seeded_conn)
    before = await queries.cover(seeded_conn, TAFRESH, date(2026, 3, 19))
    after = await queries.cover(seeded_conn, TAFRESH, OPENS)
    assert (before.own, before.supporting) == ((), ("SVH", "ARK"))
    assert (after.own, after.supporting) == (("TFR",), ("SVH", "ARK"))
    assert before.tier("TFR") == "other"


async def test_a14_supporters_come_in_the_order_of_that_day(
    seeded_conn: Connection, areas: Areas
) -> None:
    swap: dict[str, Any] = {"county": TAFRESH, "on": date(2026, 2, 1)}
    await seeded_conn.execute(
        """UPDATE supporting SET valid = daterange(lower(valid), %(on)s)
           WHERE county_code = %(county)s""",
        swap,
    )
    await seeded_conn.execute(
        """INSERT INTO supporting (county_code, supporter_code, rank, valid)
           VALUES (%(county)s, 'IR-00-01', 1, daterange(%(on)s, NULL)),
                  (%(county)s, 'IR-00-06', 2, daterange(%(on)s, NULL))""",
        swap,
    )
    assert await answers(seeded_conn, areas, date(2026, 1, 31)) == (SAVEH, "supporting")
    assert await answers(seeded_conn, areas, date(2026, 2, 1)) == (ARAK, "supporting")


async def test_a14_a_centre_that_closes_hands_back_to_the_supporter(
    seeded_conn: Connection, areas: Areas
) -> None:
    await open_centre(seeded_conn, date(2026, 1, 1))
    await seeded_conn.execute(
        "UPDATE centre SET valid = daterange(lower(valid), %s) WHERE code = 'TFR'", (OPENS,)
    )
    assert await answers(seeded_conn, areas, date(2026, 3, 19)) == (TAFRESH, "own")
    assert await answers(seeded_conn, areas, OPENS) == (SAVEH, "supporting")


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (datetime(2026, 4, 4, 7, 0, tzinfo=UTC), (TAFRESH, "own")),
        (datetime(2026, 4, 4, 11, 30, tzinfo=UTC), (SAVEH, "supporting")),
        (datetime(2026, 4, 9, 7, 0, tzinfo=UTC), (SAVEH, "supporting")),
    ],
)
async def test_a14_out_of_its_hours_a_centre_is_supported(
    seeded_conn: Connection, areas: Areas, at: datetime, who: tuple[str, str]
) -> None:
    """In Tehran it is Saturday 10:30, Saturday 15:00 and Thursday 10:30."""
    await open_centre(seeded_conn)
    await seeded_conn.execute(
        """INSERT INTO roster (centre_code, kind, days, from_time, to_time, turnout_s, valid)
           VALUES ('TFR', 'office_hours', '{sat,sun,mon,tue,wed}', '07:30', '14:30', 0,
                   daterange(%s, NULL))""",
        (OPENS,),
    )
    off = await off_duty(seeded_conn, at, "Asia/Tehran")
    assert ("TFR" in off) is (who[1] != "own")
    owner = await queries.owner(seeded_conn, areas.locate(SEAT), SEAT, at.date(), off)
    assert (owner.county, owner.rule) == who


async def test_a14_when_nobody_is_at_work_the_centre_that_is_open_answers(
    seeded_conn: Connection, areas: Areas
) -> None:
    await open_centre(seeded_conn)
    everybody = [centre.code for centre in await queries.centres_on(seeded_conn, OPENS)]
    owner = await queries.owner(seeded_conn, areas.locate(SEAT), SEAT, OPENS, everybody)
    assert (owner.county, owner.rule) == (TAFRESH, "own")
