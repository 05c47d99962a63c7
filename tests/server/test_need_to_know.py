"""Who and exactly where is for those on the job, and each look is written down."""

import httpx2
import pytest

from dispatch.assignments.assignment import Milestone
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
SECRETS = {
    "address": "Saffron Alley 7",
    "narrative": "she waits at the neighbour's",
    "caller_name": "Maryam K.",
    "caller_phone": "0912-000-0000",
}


async def look(crew: Crew, incident: int) -> httpx2.Response:
    return await crew.api.http.get(f"/incidents/{incident}/private")


async def test_b8_a_crew_sees_it_only_while_it_is_on_the_incident_and_a_grace_after(
    server: Running,
) -> None:
    desk = await server.desk()
    crew, other = await server.crew_at("ark-1", *ARAK), await server.crew("ark-2")
    incident = await desk.call(*ARAK, **SECRETS)
    assert (await look(crew, incident)).status_code == 403
    assert crew.state
    await desk.offer(incident, crew.state.unit.id)
    assert (await look(crew, incident)).status_code == 403

    await crew.answer(accept=True)
    seen = (await look(crew, incident)).json()
    assert {name: seen[name] for name in SECRETS} == SECRETS
    assert (seen["lat"], seen["lon"]) == ARAK
    assert (await look(other, incident)).status_code == 403

    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)
    assert (await look(crew, incident)).status_code == 200
    await server.sql("UPDATE rule SET value = '0' WHERE name = 'private_grace_s'")
    assert (await look(crew, incident)).status_code == 403
    read = await server.sql("SELECT incident_id, by_name, role FROM private_read")
    assert read == [(incident, "ark-1", "crew")] * 2


async def test_each_look_of_a_dispatcher_is_written_down(server: Running) -> None:
    desk = await server.desk()
    incident = await desk.call(*ARAK, **SECRETS)
    for _ in range(2):
        await desk.api.get(f"/incidents/{incident}/private")
    read = await server.sql("SELECT incident_id, by_name FROM private_read")
    assert read == [(incident, "dispatcher")] * 2


async def test_a_look_at_nothing_is_not_found_and_not_written_down(server: Running) -> None:
    desk = await server.desk()
    with pytest.raises(ProblemAnswer, match="404"):
        await desk.api.get("/incidents/999999/private")
    assert await server.sql("SELECT * FROM private_read") == []


async def test_nothing_else_tells_it(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    incident = await desk.call(*ARAK, **SECRETS)
    await desk.assign(incident, crew.state.unit.id, reason="nearest")
    http = desk.api.http
    told = [
        (await http.get(path)).text
        for path in (
            "/incidents",
            f"/incidents/{incident}",
            f"/incidents/{incident}/timeline",
            "/units",
        )
    ]
    told.append(server.app.state.hub.snapshot())
    told.append(server.app.state.telemetry.text().decode())
    for secret in SECRETS.values():
        assert not [text for text in told if secret in text]
    facts = [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    for degrees in ARAK:
        assert not [text for text in facts if str(degrees) in text]


async def test_a_crew_does_nothing_for_another_unit(server: Running) -> None:
    desk = await server.desk()
    crew, other = await server.crew_at("ark-1", *ARAK), await server.crew("ark-2")
    assert crew.state
    unit, shift = crew.state.unit.id, crew.state.unit.shift_id
    offer = await desk.offer(await desk.call(*ARAK), unit)
    shift_of_another = {
        "unit_id": unit,
        "ends_at": "2999-01-01T00:00:00Z",
        "crew": [{"name": "A", "role": "driver"}],
    }
    tried = [
        await other.api.http.post(f"/offers/{offer}/accept", json={}),
        await other.api.http.post(f"/offers/{offer}/decline", json={"reason": "other"}),
        await other.api.http.post(f"/shifts/{shift}/end", json={}),
        await other.api.http.post("/shifts", json=shift_of_another),
    ]
    await crew.answer(accept=True)
    ((assignment,),) = await server.sql("SELECT id FROM assignment")
    path = f"/assignments/{assignment}/milestones"
    tried.append(await other.api.http.post(path, json={"milestone": "en_route"}))
    assert [answer.status_code for answer in tried] == [403] * 5
    assert {answer.json()["detail"] for answer in tried} == {"a crew acts for its own unit only"}
    assert await server.sql("SELECT en_route_at FROM assignment") == [(None,)]
