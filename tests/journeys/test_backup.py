"""Back-up that is not needed any more."""

from dispatch.assignments.assignment import Milestone
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)


async def test_clearing_withdraws_the_offer_of_back_up(server: Running) -> None:
    desk = await server.desk()
    first = await server.crew_at("ark-1", 34.09, 49.69)
    second = await server.crew_at("ark-2", 34.10, 49.70)
    incident_id = await desk.call(*ARAK)
    await desk.assign(incident_id, first.state.unit.id)
    await desk.offer(incident_id, second.state.unit.id, backup=True)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await first.reach(milestone)

    await second.socket.until(lambda: second.state.offer is None)
    assert second.state.unit.status == "available"
    incident = await desk.api.get(f"/incidents/{incident_id}")
    assert (incident["status"], incident["seeking"]) == ("cleared", False)
