"""The wire's types refuse what no field may hold, and keep what they say."""

import json

import msgspec
import pytest

from dispatch.assignments.assignment import Milestone
from kit.codec import decode, encode
from kit.errors import Invalid, Malformed
from realtime.protocol import (
    ConsoleIn,
    ConsoleOut,
    Fixes,
    UnitIn,
    UnitOut,
)

UNIT: "msgspec.json.Decoder[UnitIn]" = msgspec.json.Decoder(UnitIn)
FIX = {"fixed_at": "2026-01-01T10:00:00Z", "lat": 34.09, "lon": 49.69}


def batch(**change: object) -> bytes:
    return json.dumps({"type": "fixes", "seq": 1, "fixes": [{**FIX, **change}]}).encode()


def test_a_good_batch_is_read() -> None:
    read = decode(UNIT, batch(accuracy_m=8, speed_mps=0, heading_deg=360, battery_pct=100))
    assert isinstance(read, Fixes)
    assert read.fixes[0].lat == 34.09


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lat", 90.1),
        ("lat", "34"),
        ("lon", 180.5),
        ("lon", None),
        ("accuracy_m", -1),
        ("accuracy_m", 1e300),
        ("speed_mps", -0.1),
        ("speed_mps", 1e300),
        ("heading_deg", 361),
        ("altitude_m", 1e300),
        ("battery_pct", 101),
        ("fixed_at", "2026-01-01T10:00:00"),
        ("fixed_at", "yesterday"),
        ("fixed_at", 1767261600),
        ("fixed_at", None),
    ],
)
def test_a_value_that_no_fix_can_have_is_named(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        decode(UNIT, batch(**{field: value}))
    assert refused.value.errors[0].field == f"fixes[0].{field}"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_has_no_number_for_is_refused(value: float) -> None:
    with pytest.raises(Malformed, match="not JSON"):
        decode(UNIT, batch(lat=value))


def test_a_field_that_no_fix_has_is_named() -> None:
    with pytest.raises(Invalid, match="unknown field `colour`") as refused:
        decode(UNIT, batch(colour="red"))
    assert refused.value.errors[0].field == "fixes[0].colour"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"type": "answer", "id": "", "offer_id": 1, "accept": True}, "id"),
        ({"type": "answer", "id": "x" * 101, "offer_id": 1, "accept": True}, "id"),
        ({"type": "answer", "id": "a\0b", "offer_id": 1, "accept": True}, "id"),
        ({"type": "answer", "id": "a", "offer_id": "1", "accept": True}, "offer_id"),
        ({"type": "answer", "id": "a", "offer_id": 1, "accept": "yes"}, "accept"),
        ({"type": "answer", "id": "a", "offer_id": 1, "accept": False, "reason": "\0"}, "reason"),
        (
            {"type": "answer", "id": "a", "offer_id": 1, "accept": False, "reason": "x" * 501},
            "reason",
        ),
        ({"type": "report", "id": "a", "assignment_id": 1, "milestone": "flown"}, "milestone"),
        (
            {
                "type": "report",
                "id": "a",
                "assignment_id": 1,
                "milestone": "cleared",
                "device_at": "2026-01-01T10:00:00",
            },
            "device_at",
        ),
    ],
)
def test_a_bad_act_is_named(message: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(UNIT, json.dumps(message))
    assert refused.value.errors[0].field == field


@pytest.mark.parametrize("union", [ConsoleIn, ConsoleOut, UnitIn, UnitOut])
def test_every_message_is_told_apart_by_its_type(union: object) -> None:
    root, parts = msgspec.json.schema_components([union], ref_template="{name}")[:2]
    tags = [parts[ref["$ref"]]["properties"]["type"]["enum"] for ref in root[0]["anyOf"]]
    assert len({tag for (tag,) in tags}) == len(tags)


def test_a_message_reads_back_as_it_was_written() -> None:
    read = decode(UNIT, batch())
    assert decode(UNIT, encode(read)) == read


def test_every_milestone_can_be_reported() -> None:
    for milestone in Milestone:
        said = {"type": "report", "id": "a", "assignment_id": 1, "milestone": milestone.value}
        assert decode(UNIT, json.dumps(said)).milestone is milestone  # type: ignore[union-attr]
