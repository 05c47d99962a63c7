"""What a tracker hears back: 2xx for what is stored or judged, and never a 5xx for content."""

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from fleet.tracking.alarm import Alarms
from kit.clock import now
from tests.support.servers import serving
from tests.support.trackers import HERE, Tracker, enrolled, on_shift, verdicts

JSON = {"content-type": "application/json"}


async def test_a_fix_moves_the_marker_of_every_console(tracker: Tracker) -> None:
    desk = await tracker.server.desk()
    await tracker.send(**HERE, speed="10")
    assert desk.link
    row = await desk.link.until(lambda: next(iter(desk.positions.values()), None))
    assert (row.lat, row.lon) == (34.09, 49.69)
    assert row.speed_mps == pytest.approx(10 * 1852 / 3600)


async def test_no_instant_means_now(tracker: Tracker) -> None:
    before = now()
    assert verdicts(await tracker.send(**HERE)) == ["good"]
    (fix,) = await tracker.kept()
    assert before <= fix["fixed_at"] <= now()


async def test_a_heartbeat_is_heard_and_moves_nothing(tracker: Tracker) -> None:
    before = now()
    answer = await tracker.send(batt="50", charge="true")
    assert answer.json() == {"reports": [{"verdict": None, "kept": True, "fault": None}]}
    assert await tracker.kept() == []
    state = await tracker.state()
    assert before <= state["heard_at"] <= now()
    assert (state["battery_pct"], state["charging"], state["fixed_at"]) == (50, True, None)


async def test_off_shift_nothing_is_stored_and_the_answer_says_so(off_shift: Tracker) -> None:
    for query in (HERE, {"lat": "north", "lon": "1"}, {"batt": "50"}):
        answer = await off_shift.send(**query)
        assert verdicts(answer) == ["off_shift"]
        assert answer.json()["reports"][0]["kept"] is False
    for table in ("fix", "quarantine", "device_state", "unit_position"):
        assert await off_shift.rows(f"SELECT * FROM {table}") == []


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        ({"lat": "0", "lon": "0"}, "zero_island"),
        ({"lat": "91", "lon": "0"}, "out_of_range"),
        ({**HERE, "accuracy": "5000"}, "poor_accuracy"),
        ({**HERE, "timestamp": "4000000000000"}, "future"),
        ({**HERE, "timestamp": "9999-12-31T23:59:59Z"}, "future"),
    ],
)
async def test_a_fix_that_nobody_believes_is_put_apart_under_its_reason(
    tracker: Tracker, query: dict[str, str], verdict: str
) -> None:
    answer = await tracker.send(**query)
    assert verdicts(answer) == [verdict]
    assert answer.json()["reports"][0]["kept"] is True
    assert await tracker.kept() == []
    (apart,) = await tracker.quarantined()
    assert (apart["reason"], apart["source"], apart["form"]) == (verdict, tracker.id, "traccar")
    assert apart["raw"]


async def test_the_same_fix_again_is_a_duplicate(tracker: Tracker) -> None:
    timestamp = str(int(now().timestamp()))
    sent = [await tracker.send(**HERE, timestamp=timestamp) for _ in range(2)]
    assert [verdicts(one) for one in sent] == [["good"], ["duplicate"]]
    assert len(await tracker.kept()) == 1


async def test_a_fix_of_a_while_ago_goes_to_history(tracker: Tracker) -> None:
    await tracker.send(**HERE)
    before = await tracker.server.sql("SELECT fixed_at FROM unit_position")
    old = now() - timedelta(minutes=2)
    answer = await tracker.send(**HERE, timestamp=old.isoformat())
    assert answer.json()["reports"][0]["kept"] is True
    assert len(await tracker.kept()) == 2
    assert await tracker.server.sql("SELECT fixed_at FROM unit_position") == before


async def test_a_fix_from_before_the_shift_is_not_stored(tracker: Tracker) -> None:
    await tracker.send(**HERE)
    for old in ("1", "2020-01-01 00:00:00", "0001-01-01T00:00:00Z"):
        assert verdicts(await tracker.send(**HERE, timestamp=old)) == ["off_shift"]
    assert len(await tracker.kept()) == 1
    assert await tracker.quarantined() == []


async def test_what_cannot_be_read_is_stored_as_it_came_and_does_not_block_the_client(
    tracker: Tracker,
) -> None:
    deep = '{"id": "TOKEN", "deep": ' + "[" * 20 + "]" * 20 + "}"
    bad: list[tuple[dict[str, Any], str]] = [
        ({"params": {"id": tracker.token, "lat": "34"}}, "lon"),
        ({"params": {"id": tracker.token}, "content": b"hello"}, "body"),
        ({"params": {"id": tracker.token}, "content": b"{", "headers": JSON}, "body"),
        ({"content": b'{"device_id":"%s",' % tracker.token.encode(), "headers": JSON}, "body"),
        ({"content": deep.replace("TOKEN", tracker.token), "headers": JSON}, "body"),
    ]
    for how, field in bad:
        answer = await tracker.post(**how)
        assert verdicts(answer) == ["malformed"]
        assert answer.json()["reports"][0]["fault"].startswith(f"{field}: ")
    apart = await tracker.quarantined()
    assert len(apart) == len(bad)
    assert {one["reason"] for one in apart} == {"malformed"}
    assert not [one for one in apart if tracker.token in one["raw"]]
    assert (await tracker.state())["fault"] == apart[-1]["fault"]
    assert verdicts(await tracker.send(**HERE)) == ["good"]


async def test_an_alarm_is_a_fact_with_or_without_a_place(tracker: Tracker) -> None:
    asked = "SELECT kind FROM journal WHERE kind = 'unit_alarmed'"
    for query in ({}, HERE, {"lat": "north"}):
        before = len(await tracker.server.sql(asked))
        tracker.server.app.state.ingest._alarms = Alarms()
        for _ in range(2):
            assert (await tracker.send(**query, alarm="sos")).status_code == 200
        assert len(await tracker.server.sql(asked)) == before + 1


async def test_too_much_at_once_is_refused_and_named(tracker: Tracker) -> None:
    one = {"id": tracker.token, "lat": 34.09, "lon": 49.69}
    answer = await tracker.post(json=[one] * 101)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "at most 100 positions" in answer.json()["detail"]
    answer = await tracker.post(json=[{**one, "more": "x" * 262_144}])
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert await tracker.kept() == []


async def test_too_many_requests_of_one_device_are_told_to_wait(dsn: str) -> None:
    async with serving(dsn, device_requests_at_once=3, device_requests_per_s=0.01) as server:
        tracker, other = await on_shift(await enrolled(server)), await enrolled(server)
        for _ in range(3):
            assert (await tracker.send(batt="50")).status_code == 200
        answer = await tracker.send(batt="50")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
        assert 1 <= int(answer.headers["retry-after"]) <= 101
        assert (await other.send(batt="50")).status_code == 200


async def test_when_nothing_could_be_made_durable_it_says_so(tracker: Tracker) -> None:
    await tracker.send(**HERE)
    await tracker.server.sql("ALTER TABLE fix RENAME TO fix_away")
    sent = asyncio.create_task(tracker.send(**HERE))
    while not tracker.server.app.state.ingest._pending.held:
        await asyncio.sleep(0)
    await tracker.server.sql("ALTER TABLE fix_away RENAME TO fix")
    assert verdicts(await sent) == ["good"], "answered only once it was durable"
    assert len(await tracker.kept()) == 2


async def test_whatever_is_asked_is_never_our_fault(tracker: Tracker) -> None:
    chance = Random(7)
    values = ["", "NaN", "1e400", "\0", "٣٤٫١", "é" * 50, "0", "-0.0", "9" * 400, "34.1", "T", "%"]
    names = ["lat", "lon", "location", "timestamp", "speed", "accuracy", "batt", "alarm", "id"]
    paths = ["/t", "/t/owntracks", "/t/gpslogger", "/t/osmand", "/t/nmea", "/t/gpx"]
    bodies = [b"", b"{}", b"[[]]", b"\xff\x00", b"$GPRMC,,*00", b"<gpx/>", b'{"_type":"location"}']

    async def once() -> int:
        query = {"id": tracker.token}
        query |= {name: chance.choice(values) for name in chance.sample(names, 3)}
        how = {"params": query, "content": chance.choice(bodies)}
        return (await tracker.post(chance.choice(paths), **how)).status_code

    for _ in range(10):
        answers = await asyncio.gather(*(once() for _ in range(20)))
        assert set(answers) <= {200, 401}


async def test_many_at_once_are_each_answered_and_each_durable(tracker: Tracker) -> None:
    start = int(now().timestamp()) - 60
    answers = await asyncio.gather(
        *(tracker.send(**HERE, timestamp=str(start + n)) for n in range(50))
    )
    assert all(answer.json()["reports"][0]["kept"] for answer in answers)
    assert len(await tracker.kept()) == 50
