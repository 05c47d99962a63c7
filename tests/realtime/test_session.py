"""A conversation, without I/O: hello first and once; what is bad is named."""

from typing import Any

import pytest

from kit.errors import Invalid, Malformed, Refusal
from realtime.protocol import Answer, Hello, Ping, UnitHello
from realtime.session import CONSOLE, UNIT, Conversation, WrongTurn

HELLO = '{"type":"hello","version":1}'
PING = '{"type":"ping","n":7}'


@pytest.fixture(params=[CONSOLE, UNIT], ids=["console", "unit"])
def conversation(request: pytest.FixtureRequest) -> "Conversation[Any]":
    return Conversation(request.param)


def test_hello_comes_first(conversation: "Conversation[Any]") -> None:
    with pytest.raises(WrongTurn, match="say hello first"):
        conversation.read(PING)
    assert isinstance(conversation.read(HELLO), Hello | UnitHello)
    assert conversation.read(PING) == Ping(7)


def test_hello_comes_once(conversation: "Conversation[Any]") -> None:
    conversation.read(HELLO)
    with pytest.raises(WrongTurn, match="hello came already"):
        conversation.read(HELLO)
    assert conversation.read(PING) == Ping(7)


def test_a_bad_message_does_not_count_as_hello(conversation: "Conversation[Any]") -> None:
    with pytest.raises(Invalid):
        conversation.read('{"type":"hello"}')
    with pytest.raises(WrongTurn):
        conversation.read(PING)
    conversation.read(HELLO)


@pytest.mark.parametrize("frame", [None, "", "{", "nonsense", "[" * 100_000, '"\\ud800"'])
def test_what_is_not_json_is_malformed(
    conversation: "Conversation[Any]", frame: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        conversation.read(frame)
    assert isinstance(refused.value, Malformed | Invalid)
    assert refused.value.problem().detail


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("[]", "message"),
        ("7", "message"),
        ("null", "message"),
        ("{}", "type"),
        ('{"version":1}', "type"),
        ('{"type":"shutdown"}', "type"),
        ('{"type":7}', "type"),
        ('{"type":null}', "type"),
        ('{"type":"hello","version":"1"}', "version"),
        ('{"type":"hello","version":1.5}', "version"),
        ('{"type":"ping","n":null}', "n"),
        ('{"type":"ping","n":true}', "n"),
    ],
)
def test_a_bad_field_is_named(conversation: "Conversation[Any]", frame: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        conversation.read(frame)
    assert [fault.field for fault in refused.value.errors] == [field]
    assert refused.value.errors[0].fault in refused.value.detail


@pytest.mark.parametrize("frame", [HELLO, PING])
def test_a_field_that_is_not_known_is_named(conversation: "Conversation[Any]", frame: str) -> None:
    with pytest.raises(Invalid, match="unknown field `colour`") as refused:
        conversation.read(frame[:-1] + ',"colour":"red"}')
    assert refused.value.errors[0].field == "colour"


def test_a_field_that_is_missing_is_named(conversation: "Conversation[Any]") -> None:
    with pytest.raises(Invalid, match="missing required field `version`") as refused:
        conversation.read('{"type":"hello"}')
    assert refused.value.errors[0].field == "version"


def test_a_console_does_not_speak_as_a_unit() -> None:
    with pytest.raises(Invalid) as refused:
        Conversation(CONSOLE).read('{"type":"answer","id":"a","offer_id":1,"accept":true}')
    assert refused.value.errors[0].field == "type"


def test_a_unit_speaks_of_its_offers() -> None:
    conversation = Conversation(UNIT)
    conversation.read(HELLO)
    said = conversation.read('{"type":"answer","id":"a","offer_id":1,"accept":true}')
    assert said == Answer("a", 1, accept=True)
