"""The main job, end to end: call, offer, accept, drive, clear, close; every console saw it."""

from dispatch.assignments.assignment import Milestone
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)


async def test_a_call_is_served_and_every_console_sees_each_step(server: Running) -> None:
    watcher = await server.desk("planner")
    desk = await server.desk()
    crew = await server.crew_at("ark-1", 34.09, 49.69)

    incident_id = await desk.call(*ARAK, narrative="not for the wire")
    offer_id = await desk.offer(incident_id)
    await crew.answer(accept=True)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CONTACT, Milestone.CLEARED):
        await crew.reach(milestone)
    await desk.close_incident(incident_id)

    link = watcher.link
    assert link is not None
    await link.until(lambda: any(f.kind == "incident_closed" for f in watcher.facts))
    # Its client says by itself that the offer came, before or while the crew answers.
    kinds = [fact.kind.value for fact in watcher.facts if fact.kind != "offer_delivered"]
    assert kinds == [
        "unit_signed_on",
        "incident_opened",
        "offer_made",
        "offer_accepted",
        *["milestone_reached"] * 4,
        "incident_closed",
    ]
    assert offer_id not in watcher.board.offers
    assert not watcher.board.incidents
    assert not watcher.board.assignments


async def test_every_console_sees_a_position_live(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew("ark-1")
    await crew.at(34.1, 49.7)
    link = desk.link
    assert link is not None
    row = await link.until(
        lambda: next((one for one in desk.positions.values() if one.basis == "gps"), None)
    )
    assert (row.lat, row.lon) == (34.1, 49.7)
