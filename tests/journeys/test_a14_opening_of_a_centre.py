"""A14 over HTTP: who serves Tafresh on the day before its centre opens, on that day and after."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from kit import clock
from server.clients.desk import Desk
from tests.support.servers import Running, serving

TAFRESH, SAVEH = "IR-00-03", "IR-00-06"
SEAT = (34.6927, 50.0147)
OPENS = "2026-03-20"
OPEN = f"""
INSERT INTO centre (code, county_code, name_fa, name_en, place, valid)
VALUES ('TFR', '{TAFRESH}', 'تفرش', 'Tafresh',
        ST_SetSRID(ST_MakePoint({SEAT[1]}, {SEAT[0]}), 4326), daterange('{OPENS}', NULL));
INSERT INTO unit (code, name_fa, name_en, centre_code, capabilities)
VALUES ('TFR-1', 'تفرش ۱', 'Tafresh 1', 'TFR', '{{}}');
"""
BEFORE = ["2026-03-19T08:30:00+00:00", "2026-03-19T20:20:00+00:00"]
AFTER = ["2026-03-19T20:31:00+00:00", "2026-03-20T08:30:00+00:00", "2026-03-21T08:30:00+00:00"]
"""Noon and ten to midnight of the day before; a minute past midnight, noon, the day after."""


@pytest.fixture
async def server(dsn: str, began: str) -> AsyncIterator[Running]:
    """A server that lives from ``began`` on, with the centre that opens."""
    ahead = datetime.fromisoformat(began) - datetime.now(UTC)
    with clock.told_by(lambda: datetime.now(UTC) + ahead):
        async with serving(dsn) as running:
            for statement in OPEN.split(";\n")[:2]:
                await running.sql(statement)
            yield running


async def on_shift(server: Running, desk: Desk, code: str, lat: float, lon: float) -> None:
    """Let a crew of the unit be on shift at a place, signed on by radio."""
    ((unit,),) = await server.sql("SELECT id FROM unit WHERE code = %s", code)
    crew = [{"name": "A", "role": "social_worker", "staff_no": code}]
    ends = (clock.now() + timedelta(hours=8)).isoformat()
    await desk.api.post("/shifts", unit_id=unit, ends_at=ends, crew=crew, duty="around_the_clock")
    place = {"lat": lat, "lon": lon, "reason": "radio"}
    await desk.api.post(f"/units/{unit}/place", **place)
    ready = await desk.api.get(f"/units/{unit}/readiness")
    assert ready["not_ready"] == []


async def decided(server: Running) -> tuple[str, str | None, list[tuple[str, str]]]:
    """Return who answers for a call at the seat, the county's own centre and who is ranked how."""
    desk = await server.desk()
    await on_shift(server, desk, "SVH-1", 35.0196, 50.3652)
    await on_shift(server, desk, "TFR-1", *SEAT)
    incident = await desk.call(*SEAT)
    owner = (await desk.api.get(f"/incidents/{incident}"))["owner_county"]
    ground = await desk.api.get("/ground")
    counties = {
        one["properties"]["code"]: one["properties"] for one in ground["counties"]["features"]
    }
    ranked = (await desk.recommend(incident))["ranked"]
    return owner, counties[TAFRESH]["centre"], [(one["code"], one["tier"]) for one in ranked]


@pytest.mark.parametrize("began", BEFORE)
async def test_a14_on_the_day_before_the_supporter_answers_and_its_units_come_first(
    server: Running,
) -> None:
    ranked = [("SVH-1", "supporting"), ("TFR-1", "other")]
    assert await decided(server) == (SAVEH, None, ranked)


@pytest.mark.parametrize("began", AFTER)
async def test_a14_from_the_opening_day_on_the_own_centre_answers_and_its_unit_comes_first(
    server: Running,
) -> None:
    ranked = [("TFR-1", "own"), ("SVH-1", "supporting")]
    assert await decided(server) == (TAFRESH, "TFR", ranked)
