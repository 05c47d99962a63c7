"""Devices in the database: known by a token until revoked, by the old one while it overlaps."""

from datetime import timedelta

import pytest

from fleet.devices import actions, queries
from fleet.devices.device import Client, Device
from kit.clock import now
from kit.db import Connection
from kit.errors import NotFound
from kit.identity import token_hash
from server.login.queries import live
from tests.support.scene import Scene

HOUR = timedelta(hours=1)


async def test_a_device_is_known_by_its_token_until_revoked(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    device_id, token = await actions.enrol(seeded_conn, unit_id, "tablet", interval_s=30)
    device = Device(device_id, unit_id, False, 30)
    assert await queries.device_of_token(seeded_conn, token) == device
    assert await queries.device_of_token(seeded_conn, token + "x") is None
    cursor = await seeded_conn.execute("SELECT token_hash FROM device")
    (row,) = await cursor.fetchall()
    assert token.encode() not in bytes(row["token_hash"])
    await actions.revoke(seeded_conn, device_id, now())
    assert await queries.device_of_token(seeded_conn, token) is None
    with pytest.raises(NotFound):
        await actions.revoke(seeded_conn, device_id, now())


async def test_the_old_token_works_while_it_overlaps(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    device_id, old = await actions.enrol(seeded_conn, unit_id, "tablet", form=Client.OWNTRACKS)
    told, new = await actions.rotate(seeded_conn, device_id, now(), HOUR)
    assert (told["id"], told["form"]) == (device_id, "owntracks")
    for token in (old, new):
        found = await queries.device_of_token(seeded_conn, token)
        assert found
        assert found.id == device_id
    pairs = [("device", token_hash(token)) for token in (old, new)]
    assert await live(seeded_conn, pairs, now()) == set(pairs)
    assert await live(seeded_conn, pairs, now() + 2 * HOUR) == {pairs[1]}


async def test_the_old_token_ends(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    device_id, first = await actions.enrol(seeded_conn, unit_id, "tablet")
    _, second = await actions.rotate(seeded_conn, device_id, now() - 2 * HOUR, HOUR)
    assert await queries.device_of_token(seeded_conn, first) is None
    _, third = await actions.rotate(seeded_conn, device_id, now(), HOUR)
    known = [await queries.device_of_token(seeded_conn, one) for one in (first, second, third)]
    assert [one is not None for one in known] == [False, True, True]
    await actions.revoke(seeded_conn, device_id, now())
    assert await queries.device_of_token(seeded_conn, second) is None
    assert await queries.device_of_token(seeded_conn, third) is None
    with pytest.raises(NotFound):
        await actions.rotate(seeded_conn, device_id, now(), HOUR)
