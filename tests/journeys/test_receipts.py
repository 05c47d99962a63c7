"""The desk knows whether an offer reached the crew's device, was seen, or gives no sign."""

from datetime import UTC, datetime

from dispatch.assignments.offer import OfferStatus
from dispatch.assignments.view import OfferView
from realtime.protocol import Receipt
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shown(desk: Desk, offer_id: int) -> OfferView:
    """Return the offer on the desk's board; before it came, one that gives no sign."""
    bare = OfferView(offer_id, 0, 0, OfferStatus.OPEN, EPOCH, EPOCH, None, None, None, backup=False)
    return desk.board.offers.get(offer_id, bare)


async def test_b4_an_offer_is_delivered_by_itself_and_seen_by_a_person(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    offer_id = await desk.offer(await desk.call(*ARAK))
    await desk.socket.until(lambda: shown(desk, offer_id).delivered_at)
    assert desk.board.offers[offer_id].seen_at is None
    await crew.see()
    await desk.socket.until(lambda: shown(desk, offer_id).seen_at)
    assert [fact.kind for fact in desk.facts][-2:] == ["offer_delivered", "offer_seen"]
    assert (await desk.api.get("/alarms"))["alarms"] == []


async def test_b4_no_ack_in_time_alarms_the_dispatcher_while_the_offer_runs(
    server: Running,
) -> None:
    await server.sql("UPDATE rule SET value = '1' WHERE name = 'offer_delivered_within_s'")
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    await crew.unlink()
    offer_id = await desk.offer(await desk.call(*ARAK))
    await desk.socket.until(lambda: bool(desk.board.alarms))
    (alarm,) = desk.board.alarms.values()
    assert (alarm.kind, alarm.reason) == ("offer_undelivered", "undelivered")
    assert offer_id in desk.board.offers, "there is time to call by radio"
    await crew.connect()
    await desk.socket.until(lambda: not desk.board.alarms)
    assert shown(desk, offer_id).delivered_at


async def test_b4_a_box_that_only_reports_positions_is_no_crew(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    await crew.unlink()
    assert crew.state
    admin = await server.desk("admin", connect=False)
    made = await admin.api.post("/devices", unit_id=crew.state.unit.id, name="box")
    box = Crew(server.base, made["token"])
    server.opened.append(box.leave)
    await box.connect()
    offer_id = await desk.offer(await desk.call(*ARAK))
    await box.socket.send(Receipt(offer_id, seen=True))
    await box.socket.until(lambda: bool(box.wrong))
    assert box.wrong[0].problem.code == "forbidden"
    assert box.state
    assert box.state.offer is None, "what a box is told may lie open"
    assert shown(desk, offer_id).delivered_at is None
