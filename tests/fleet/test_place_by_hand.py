"""A20: a dispatcher sets where a unit is; the next good fix of its device replaces that."""

from datetime import timedelta
from typing import Any

import pytest

from fleet.tracking.view import Basis
from kit.clock import now
from realtime.facts import FactKind
from realtime.protocol import FixReport
from server.clients.api import ProblemAnswer
from tests.support.servers import Running

ARAK = {"lat": 34.09, "lon": 49.69, "reason": "radio"}


async def test_a20_a_place_set_by_hand_shows_as_such_until_the_next_fix(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", 34.08, 49.68)
    assert crew.state
    unit_id = crew.state.unit.id
    await desk.api.post(f"/units/{unit_id}/place", **ARAK, accuracy_m=400)
    shown = await desk.socket.until(
        lambda: desk.positions[unit_id].basis is Basis.MANUAL and desk.positions[unit_id]
    )
    assert (shown.lat, shown.lon, shown.accuracy_m, shown.speed_mps) == (34.09, 49.69, 400, None)
    fact = await desk.socket.until(
        lambda: next((f for f in desk.facts if f.kind is FactKind.UNIT_PLACED), None)
    )
    assert (fact.by, fact.reason, fact.position and fact.position.lat) == (
        "dispatcher",
        "radio",
        34.09,
    )
    await crew.acked(await crew.at(34.091, 49.69))
    await desk.socket.until(lambda: desk.positions[unit_id].basis is Basis.GPS)
    [[basis, lat]] = await server.sql("SELECT basis, ST_Y(place::geometry) FROM unit_position")
    assert (basis, lat) == ("gps", 34.091)


async def test_a20_the_place_holds_in_the_table_and_counts_in_the_ranking(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew("ark-1")
    assert crew.state
    unit_id = crew.state.unit.id
    incident_id = await desk.call(34.09, 49.69)
    before = (await desk.recommend(incident_id))["ranked"][0]
    assert (before["unit_id"], before["place_basis"], before["fix_age_s"]) == (
        unit_id,
        "centre",
        None,
    )
    await desk.api.post(f"/units/{unit_id}/place", **ARAK)
    ranked = (await desk.recommend(incident_id))["ranked"][0]
    assert (ranked["place_basis"], ranked["distance_m"]) == ("manual", 0.0)
    late = FixReport(now() - timedelta(seconds=20), 34.09, 49.69, accuracy_m=8)
    await crew.acked(await crew.report(late))
    [[basis]] = await server.sql("SELECT basis FROM unit_position")
    assert basis == "manual"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"lat": 0.0, "lon": 0.0}, "invalid"),
        ({"lat": 52.0, "lon": 13.0}, "invalid"),
        ({"lat": 91.0}, "invalid"),
        ({"reason": "guess"}, "invalid"),
        ({"accuracy_m": -1}, "invalid"),
    ],
)
async def test_a20_what_is_no_place_is_refused(
    shared_server: Running, told: dict[str, Any], code: str
) -> None:
    desk = await shared_server.desk(connect=False)
    with pytest.raises(ProblemAnswer) as refused:
        await desk.api.post("/units/1/place", **{**ARAK, **told})
    assert refused.value.code == code


async def test_a20_nobody_is_placed_off_shift_nor_by_a_crew(shared_server: Running) -> None:
    desk = await shared_server.desk(connect=False)
    with pytest.raises(ProblemAnswer) as refused:
        await desk.api.post("/units/1/place", **ARAK)
    assert refused.value.code == "unit_off_shift"
    with pytest.raises(ProblemAnswer) as unknown:
        await desk.api.post("/units/4040/place", **ARAK)
    assert unknown.value.code == "not_found"
    crew = await shared_server.crew("ark-2", shift=False)
    with pytest.raises(ProblemAnswer) as forbidden:
        await crew.api.post("/units/1/place", **ARAK)
    assert forbidden.value.code == "forbidden"
