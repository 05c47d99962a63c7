"""Bad frames on real sockets: each is answered, none is lost, and the next good one works."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from realtime.protocol import VERSION, Close
from tests.support.raw import Raw, open_raw
from tests.support.servers import Running

HELLO = {"type": "hello", "version": VERSION}
PING = {"type": "ping", "n": 7}
ACCOUNT = {"/ws/console": "dispatcher", "/ws/unit": "ark-1"}
LIMIT = 262_144
BAD = {
    "nonsense": ("nonsense", "malformed"),
    "cut": ('{"type":"ping"', "malformed"),
    "empty": ("", "malformed"),
    "deep": ("[" * 100_000, "invalid"),
    "binary": (b'{"type":"ping","n":1}', "malformed"),
    "array": ("[]", "invalid"),
    "unknown type": ({"type": "shutdown"}, "invalid"),
    "no type": ({"n": 1}, "invalid"),
    "wrong type": ({"type": "ping", "n": "one"}, "invalid"),
    "not a number": ('{"type":"ping","n":NaN}', "malformed"),
    "unknown field": ({"type": "ping", "n": 1, "colour": "red"}, "invalid"),
    "hello again": (HELLO, "wrong_turn"),
}
FIX = {"fixed_at": "2026-01-01T10:00:00Z", "lat": 34.09, "lon": 49.69}


@pytest.fixture(params=list(ACCOUNT))
def path(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
async def opened(shared_server: Running, path: str) -> AsyncIterator[Raw]:
    """A socket that has not said hello."""
    desk = await shared_server.desk(ACCOUNT[path], connect=False)
    raw = await open_raw(shared_server, path, desk.api)
    yield raw
    await raw.ws.close()


@pytest.fixture
async def greeted(opened: Raw) -> Raw:
    assert (await opened.ask(HELLO))["type"] == "welcome"
    return opened


@pytest.fixture
async def unit(shared_server: Running) -> AsyncIterator[Raw]:
    desk = await shared_server.desk("ark-1", connect=False)
    raw = await open_raw(shared_server, "/ws/unit", desk.api)
    await raw.ask(HELLO, "welcome")
    yield raw
    await raw.ws.close()


@pytest.mark.parametrize("bad", BAD)
async def test_a_bad_frame_is_answered_and_the_socket_goes_on(greeted: Raw, bad: str) -> None:
    frame, code = BAD[bad]
    problem = (await greeted.ask(frame, "wrong"))["problem"]
    assert problem["code"] == code
    assert problem["status"] == (422 if code == "invalid" else 400)
    assert problem["detail"]
    assert bool(problem.get("errors")) is (code == "invalid")
    assert (await greeted.ask(PING, "pong"))["n"] == 7


@pytest.mark.parametrize("bad", [name for name in BAD if name != "hello again"])
async def test_a_bad_first_frame_is_answered_and_hello_still_works(opened: Raw, bad: str) -> None:
    frame, code = BAD[bad]
    assert (await opened.ask(frame))["problem"]["code"] == code
    assert (await opened.ask(HELLO))["type"] == "welcome"


async def test_before_hello_nothing_else_is_heard(opened: Raw) -> None:
    problem = (await opened.ask(PING))["problem"]
    assert problem["code"] == "wrong_turn"
    assert "hello" in problem["detail"]


@pytest.mark.parametrize("version", [0, 2, -1, 10**30])
async def test_another_version_is_sent_away(opened: Raw, version: int) -> None:
    await opened.say({"type": "hello", "version": version})
    assert await opened.end() == Close.VERSION


async def test_a_frame_over_the_limit_ends_the_socket(greeted: Raw) -> None:
    await greeted.say('{"type":"ping","n":1}' + " " * (LIMIT - 21))
    assert (await greeted.hear("pong"))["n"] == 1
    await greeted.say(" " * (LIMIT + 1))
    assert await greeted.end() == Close.TOO_BIG


async def test_text_that_is_not_utf_8_ends_the_socket(greeted: Raw) -> None:
    await greeted.ws.send(b"\xff\xfe", text=True)
    assert await greeted.end() == 1007


async def test_a_number_of_any_size_comes_back_as_it_was(greeted: Raw) -> None:
    assert (await greeted.ask({"type": "ping", "n": 10**30}, "pong"))["n"] == 10**30


async def test_many_bad_frames_are_each_answered(greeted: Raw) -> None:
    for _ in range(100):
        await greeted.say("nonsense")
    for _ in range(100):
        assert (await greeted.hear("wrong"))["problem"]["code"] == "malformed"
    assert (await greeted.ask(PING, "pong"))["n"] == 7


@pytest.mark.parametrize("seq", [-1, 10**30, 5])
async def test_a_resume_that_makes_no_sense_gets_a_snapshot(
    shared_server: Running, seq: int
) -> None:
    desk = await shared_server.desk(connect=False)
    raw = await open_raw(shared_server, "/ws/console", desk.api)
    welcome = await raw.ask({**HELLO, "stream": shared_server.app.state.feed.stream, "seq": seq})
    assert welcome["resumed"] is False
    assert (await raw.hear())["type"] == "snapshot"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lat": 91}, "lat"),
        ({"lon": "x"}, "lon"),
        ({"fixed_at": None}, "fixed_at"),
        ({"fixed_at": "2026-01-01T10:00:00"}, "fixed_at"),
        ({"fixed_at": "0001-01-01T00:00:00+14:00"}, "fixed_at"),
        ({"altitude_m": 1e39}, "altitude_m"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_bad_fix_is_told_its_fault_under_its_place_and_the_others_are_judged(
    unit: Raw, change: dict[str, Any], field: str
) -> None:
    batch = {"type": "fixes", "seq": 1, "fixes": [FIX, {**FIX, **change}]}
    ack = await unit.ask(batch, "ack", "wrong")
    assert ack["seqs"] == [1]
    assert [(one["index"], one["reason"]) for one in ack["refused"]] == [
        (0, "off_shift"),
        (1, "off_shift"),
    ]
    assert field in ack["refused"][1]["fault"]


@pytest.mark.parametrize(
    ("batch", "field"),
    [
        ({"seq": 1, "fixes": [FIX] * 101}, "fixes"),
        ({"seq": 1, "fixes": [{}] * 101}, "fixes[0].fixed_at"),
        ({"seq": 1, "fixes": {}}, "fixes"),
        ({"seq": 1}, "fixes"),
        ({"seq": "one", "fixes": [FIX]}, "seq"),
        ({"fixes": [FIX]}, "seq"),
    ],
)
async def test_a_batch_that_cannot_be_acknowledged_is_wrong(
    unit: Raw, batch: dict[str, Any], field: str
) -> None:
    problem = (await unit.ask({"type": "fixes", **batch}, "wrong", "ack"))["problem"]
    assert problem["errors"][0]["field"] == field
    assert (await unit.ask(PING, "pong"))["n"] == 7


async def test_a_batch_of_endless_depth_is_answered_too(unit: Raw) -> None:
    deep = '{"type":"fixes","seq":1,"fixes":[' + "[" * 100_000
    for frame in (deep, deep + "]" * 100_002 + "}"):
        assert (await unit.ask(frame, "wrong", "ack"))["type"] in {"wrong", "ack"}
    assert (await unit.ask(PING, "pong"))["n"] == 7


async def test_an_empty_batch_is_acknowledged(unit: Raw) -> None:
    ack = await unit.ask({"type": "fixes", "seq": 3, "fixes": []}, "ack", "wrong")
    assert ack == {"type": "ack", "seqs": [3], "refused": []}


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ({"type": "answer", "offer_id": 999_999, "accept": True}, "not_found"),
        ({"type": "answer", "offer_id": 10**30, "accept": True}, "not_found"),
        ({"type": "answer", "offer_id": -1, "accept": False, "reason": "x"}, "not_found"),
        ({"type": "report", "assignment_id": 999_999, "milestone": "cleared"}, "not_found"),
        ({"type": "report", "assignment_id": 10**30, "milestone": "cleared"}, "not_found"),
        (
            {
                "type": "report",
                "assignment_id": 1,
                "milestone": "cleared",
                "device_at": "0001-01-01T00:00:00+14:00",
            },
            "invalid",
        ),
    ],
)
async def test_an_act_on_what_is_not_there_is_refused_under_its_id(
    unit: Raw, act: dict[str, Any], code: str
) -> None:
    refused = await unit.ask({**act, "id": "mine"}, "refused", "done", "wrong")
    assert refused["type"] == "refused"
    assert refused["id"] == "mine"
    assert refused["problem"]["code"] == code
    assert (await unit.ask(PING, "pong"))["n"] == 7


@pytest.mark.parametrize(
    ("act", "field"),
    [
        ({"type": "answer", "id": "a\0", "offer_id": 1, "accept": True}, "id"),
        ({"type": "answer", "id": "a", "offer_id": 1, "accept": False, "reason": "\0"}, "reason"),
        ({"type": "answer", "id": "a", "offer_id": 1.5, "accept": True}, "offer_id"),
        ({"type": "answer", "offer_id": 1, "accept": True}, "id"),
        ({"type": "report", "id": "a", "assignment_id": 1, "milestone": "flown"}, "milestone"),
    ],
)
async def test_an_act_that_cannot_be_read_is_wrong(
    unit: Raw, act: dict[str, Any], field: str
) -> None:
    problem = (await unit.ask(act, "wrong"))["problem"]
    assert problem["errors"][0]["field"] == field
    assert (await unit.ask(PING, "pong"))["n"] == 7
