"""The board: states under their ids, and what has ended is forgotten."""

from kit.db import Connection
from realtime import snapshot
from realtime.board import Board
from tests.support.journal import all_facts, replayed
from tests.support.scene import Scene, after


async def loaded(conn: Connection) -> Board:
    board = Board()
    board.load(await snapshot.read(conn))
    return board


async def test_a_unit_sees_itself_its_offer_and_its_job(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.ready("ARK-1", 34.1, 49.7)
    state = (await loaded(seeded_conn)).state_of(unit_id)
    assert state
    assert (state.unit.id, state.offer, state.assignment, state.incident) == (
        unit_id,
        None,
        None,
        None,
    )
    incident_id = await scene.call()
    offer = await scene.offer(incident_id, unit_id)
    state = (await loaded(seeded_conn)).state_of(unit_id)
    assert state
    assert state.offer
    assert state.incident
    assert (state.offer.id, state.incident.id) == (offer["id"], incident_id)
    job_id = await scene.accept(offer["id"], after(1))
    state = (await loaded(seeded_conn)).state_of(unit_id)
    assert state
    assert state.assignment
    assert state.incident
    assert (state.offer, state.assignment.id) == (None, job_id)
    assert state.incident.status == "responding"


async def test_there_is_no_state_of_no_unit(seeded_conn: Connection) -> None:
    board = await loaded(seeded_conn)
    assert board.state_of(404) is None
    assert not board.on_shift(404)


async def test_only_who_signed_on_is_on_shift(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).sign_on("ARK-1")
    other_id = await Scene(seeded_conn).unit("ARK-2")
    board = await loaded(seeded_conn)
    assert board.on_shift(unit_id)
    assert not board.on_shift(other_id)


async def test_a_snapshot_replaces_all(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    empty = await snapshot.read(seeded_conn)
    await scene.call()
    board = await loaded(seeded_conn)
    assert board.incidents
    board.load(empty)
    assert not board.incidents


async def test_the_whole_journal_gives_the_units_that_took_part(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.ready("ARK-1", 34.1, 49.7)
    await scene.assign(await scene.call(), unit_id)
    board = replayed(await all_facts(seeded_conn), Board())
    fresh = await loaded(seeded_conn)
    assert board.units == {unit_id: fresh.units[unit_id]}
    assert board.assignments == fresh.assignments
    assert board.incidents == fresh.incidents
