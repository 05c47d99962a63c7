"""A refused offer goes on by itself: to the next best, and at the end to a person."""

import pytest

from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import OfferAct
from dispatch.incidents import actions as incidents
from dispatch.milestones import actions as milestones
from dispatch.seeking import actions as seeking
from kit.db import Connection, Database
from kit.errors import Conflict, NotFound
from tests.support.scene import DAY, DESK, Scene, after


async def ready(conn: Connection, codes: tuple[str, ...] = ("ARK-1", "ARK-2", "ARK-3")) -> Scene:
    """Put units on shift, each farther from Arak than the one before."""
    scene = Scene(conn)
    for n, code in enumerate(codes):
        await scene.ready(code, 34.09 + n / 20, 49.69)
    return scene


async def open_offer(scene: Scene, incident_id: int) -> dict[str, object] | None:
    cursor = await scene.conn.execute(
        "SELECT * FROM offer WHERE incident_id = %s AND status = 'open'", (incident_id,)
    )
    return await cursor.fetchone()


async def decline(scene: Scene, offer_id: int, at_s: float) -> None:
    await assignments.end_offer(
        scene.conn, offer_id, OfferAct.DECLINE, now=after(at_s), by="crew", reason="vehicle_fault"
    )


async def test_declined_goes_to_the_next_best(seeded_conn: Connection) -> None:
    scene = await ready(seeded_conn)
    incident_id = await scene.call()
    first = await scene.offer_best(incident_id)
    assert first["unit_id"] == scene.ids["ARK-1"]
    await decline(scene, first["id"], 5)
    assert await seeking.go_on_one(seeded_conn, after(6), DAY)
    second = await open_offer(scene, incident_id)
    assert second
    assert second["unit_id"] == scene.ids["ARK-2"]
    assert not await seeking.go_on_one(seeded_conn, after(7), DAY)


async def test_silence_is_a_refusal(seeded_conn: Connection) -> None:
    scene = await ready(seeded_conn)
    incident_id = await scene.call()
    await scene.offer_best(incident_id)
    assert not await seeking.expire_one(seeded_conn, after(44.9))
    assert await seeking.expire_one(seeded_conn, after(45))
    assert await seeking.go_on_one(seeded_conn, after(45), DAY)
    second = await open_offer(scene, incident_id)
    assert second
    assert second["unit_id"] == scene.ids["ARK-2"]
    assert second["expires_at"] == after(90)


async def test_when_all_have_refused_a_person_must_look(seeded_conn: Connection) -> None:
    scene = await ready(seeded_conn, ("ARK-1", "ARK-2"))
    incident_id = await scene.call()
    await scene.offer_best(incident_id)
    for n in (1, 2):
        found = await open_offer(scene, incident_id)
        assert found
        await decline(scene, int(str(found["id"])), n)
        assert await seeking.go_on_one(seeded_conn, after(n), DAY)
    incident = await scene.row("incident", incident_id)
    assert (incident["seeking"], incident["attention"]) == (False, "no_unit")
    assert not await seeking.go_on_one(seeded_conn, after(4), DAY)
    assert await scene.facts(incident_id) == [
        "incident_opened",
        "offer_made",
        "offer_declined",
        "offer_made",
        "offer_declined",
        "offers_exhausted",
    ]
    again = await scene.offer_best(incident_id, after(5))
    assert again["unit_id"] == scene.ids["ARK-1"]
    assert (await scene.row("incident", incident_id))["attention"] is None


async def test_told_not_to_go_on_it_does_not(seeded_conn: Connection) -> None:
    scene = await ready(seeded_conn)
    incident_id = await scene.call()
    first = await scene.offer_best(incident_id, go_on=False)
    await decline(scene, first["id"], 5)
    assert not await seeking.go_on_one(seeded_conn, after(6), DAY)


@pytest.mark.parametrize("how", ["withdraw", "hold", "assign"])
async def test_a_dispatcher_ends_the_search(seeded_conn: Connection, how: str) -> None:
    scene = await ready(seeded_conn)
    incident_id = await scene.call()
    first = await scene.offer_best(incident_id)
    if how == "withdraw":
        await assignments.end_offer(
            seeded_conn, first["id"], OfferAct.WITHDRAW, now=after(1), by=DESK, reason="other"
        )
    elif how == "hold":
        await decline(scene, first["id"], 1)
        await incidents.hold(
            seeded_conn, incident_id, reason="awaiting_location", now=after(2), by=DESK
        )
    else:
        await scene.assign(incident_id, scene.ids["ARK-3"], after(1))
    assert not await seeking.go_on_one(seeded_conn, after(60), DAY)
    assert await open_offer(scene, incident_id) is None


async def test_the_urgent_goes_on_first(seeded_conn: Connection) -> None:
    scene = await ready(seeded_conn, ("ARK-1",))
    calm, urgent = await scene.call(priority=3), await scene.call(priority=1)
    await seeded_conn.execute("UPDATE incident SET seeking = true")
    assert await seeking.go_on_one(seeded_conn, after(1), DAY)
    assert await open_offer(scene, urgent)
    assert await open_offer(scene, calm) is None


async def test_the_search_is_rows_and_survives_a_restart(dsn: str, db: Database) -> None:
    async with db.write() as conn:
        scene = await ready(conn)
        incident_id = await scene.call()
        first = await scene.offer_best(incident_id)
        await decline(scene, first["id"], 1)
    await db.close()
    anew = Database(dsn)
    await anew.open()
    async with anew.write() as conn:
        assert await seeking.go_on_one(conn, after(2), DAY)
        second = await open_offer(Scene(conn), incident_id)
        assert second
        assert second["unit_id"] == scene.ids["ARK-2"]
    await anew.close()


async def test_backup_goes_on_as_backup(seeded_conn: Connection) -> None:
    scene = await ready(seeded_conn)
    incident_id = await scene.call()
    await scene.assign(incident_id, scene.ids["ARK-1"])
    with pytest.raises(Conflict) as refused:
        await scene.offer_best(incident_id, after(1))
    assert refused.value.code == "needs_backup"
    first = await scene.offer_best(incident_id, after(2), backup=True)
    await decline(scene, first["id"], 3)
    assert await seeking.go_on_one(seeded_conn, after(4), DAY)
    second = await open_offer(scene, incident_id)
    assert second
    assert (second["unit_id"], second["backup"]) == (scene.ids["ARK-3"], True)


async def test_clearing_the_incident_withdraws_what_is_on_offer(seeded_conn: Connection) -> None:
    from dispatch.assignments.assignment import Milestone

    scene = await ready(seeded_conn)
    incident_id = await scene.call()
    job = await scene.assign(incident_id, scene.ids["ARK-1"])
    await scene.offer_best(incident_id, after(1), backup=True)
    for n, milestone in enumerate([Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED]):
        await milestones.reach(
            seeded_conn, job["id"], milestone, now=after(2 + n), device_at=None, day=DAY, by="crew"
        )
    assert await open_offer(scene, incident_id) is None
    assert (await scene.row("incident", incident_id))["status"] == "cleared"
    assert (await scene.row("unit", scene.ids["ARK-2"]))["status"] == "available"
    assert not await seeking.go_on_one(seeded_conn, after(9), DAY)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("held", "illegal_transition"),
        ("responding", "needs_backup"),
        ("cleared", "illegal_transition"),
        ("transferring", "illegal_transition"),
        ("closed", "illegal_transition"),
    ],
)
async def test_b4_without_a_free_unit_an_incident_that_takes_none_says_why_and_stays(
    seeded_conn: Connection, status: str, code: str
) -> None:
    scene = Scene(seeded_conn)
    incident_id = await scene.call()
    if status == "closed":
        await incidents.close(
            seeded_conn, incident_id, disposition="other", note=None, now=after(0), by=DESK
        )
    await seeded_conn.execute(
        "UPDATE incident SET status = %s WHERE id = %s", (status, incident_id)
    )
    before = await scene.row("incident", incident_id)
    with pytest.raises(Conflict) as refused:
        await scene.offer_best(incident_id, after(1))
    assert refused.value.code == code
    assert await scene.row("incident", incident_id) == before


async def test_b4_an_open_offer_goes_on_though_somebody_else_seeks_in_vain(
    seeded_conn: Connection,
) -> None:
    scene = await ready(seeded_conn, ("ARK-1",))
    incident_id = await scene.call()
    await scene.offer_best(incident_id)
    with pytest.raises(Conflict) as refused:
        await scene.offer_best(incident_id, after(1))
    assert refused.value.code == "incident_has_open_offer"
    assert (await scene.row("incident", incident_id))["seeking"]


async def test_nothing_is_sought_for_an_incident_that_is_not_there(
    seeded_conn: Connection,
) -> None:
    with pytest.raises(NotFound):
        await Scene(seeded_conn).offer_best(999_999)
