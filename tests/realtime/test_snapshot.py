"""A snapshot holds what is live and nothing else, each list in order of id."""

from dispatch.incidents import actions as incidents
from kit.db import Connection
from realtime import snapshot
from tests.support.scene import DESK, Scene, after


async def test_it_holds_what_is_live(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    one = await scene.ready("ARK-1", 34.1, 49.7)
    two = await scene.ready("ARK-2", 34.1, 49.7)
    waiting, responding, closed = [await scene.call() for _ in range(3)]
    offer = await scene.offer(waiting, one)
    job = await scene.assign(responding, two)
    await incidents.close(
        seeded_conn, closed, disposition="other", note=None, now=after(1), by=DESK
    )
    board = await snapshot.read(seeded_conn)
    assert [incident.id for incident in board.incidents] == [waiting, responding]
    assert [view.id for view in board.offers] == [offer["id"]]
    assert [view.id for view in board.assignments] == [job["id"]]
    assert [unit.id for unit in board.units] == sorted(unit.id for unit in board.units)
    assert len(board.units) == 11


async def test_what_has_ended_is_not_in_it(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.ready("ARK-1", 34.1, 49.7)
    offer = await scene.offer(await scene.call(), unit_id)
    await scene.accept(offer["id"], after(1))
    await seeded_conn.execute("UPDATE assignment SET cancelled_at = dispatched_at")
    board = await snapshot.read(seeded_conn)
    assert not board.offers
    assert not board.assignments


async def test_an_empty_database_has_an_empty_board(conn: Connection) -> None:
    board = await snapshot.read(conn)
    assert not (board.incidents or board.offers or board.assignments or board.units)
