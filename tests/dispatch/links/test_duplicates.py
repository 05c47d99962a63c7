"""Which calls may tell of the same: a table, without a database."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.incidents.incident import IncidentStatus
from dispatch.incidents.view import CoarseArea, IncidentView
from dispatch.links.duplicates import DuplicateRules, Known, Likeness, Told, duplicates
from geo.position import Position
from tests.support.scene import ARAK, NOW

RULES = DuplicateRules(500, 3600, 86_400)
M_IN_DEG = 111_195
PHONE = "09120000777"


def told(
    north_m: float = 0, min_ago: float = 0, phone: str | None = None, off_m: float = 0
) -> Told:
    place = Position(ARAK.lat + north_m / M_IN_DEG, ARAK.lon)
    return Told(place, off_m, phone, NOW - timedelta(minutes=min_ago))


def known(id_: int, call: Told) -> Known:
    blank: dict[str, Any] = dict.fromkeys(IncidentView.__struct_fields__)
    blank |= {"id": id_, "status": IncidentStatus.WAITING, "area": CoarseArea(0, 0, 0)}
    return Known(IncidentView(**blank), call)


def reasons(call: Told, other: Told) -> list[str]:
    return [reason for one in duplicates(call, [known(1, other)], RULES) for reason in one.reasons]


@pytest.mark.parametrize(
    ("call", "other", "why"),
    [
        (told(), told(300, 10), ["near"]),
        (told(), told(499, 59), ["near"]),
        (told(), told(501, 10), []),
        (told(), told(300, 61), []),
        (told(off_m=201), told(700, 10), ["near"]),
        (told(), told(700, 10, off_m=201), ["near"]),
        (told(off_m=100), told(700, 10, off_m=99), []),
        (told(phone=PHONE), told(90_000, 600, PHONE), ["same_caller"]),
        (told(phone=PHONE), told(90_000, 1441, PHONE), []),
        (told(phone=PHONE), told(100, 5, "+98 912 000 0777"), ["near", "same_caller"]),
        (Told(None, 0, PHONE, NOW), told(0, 5, PHONE), ["same_caller"]),
        (Told(None, 0, None, NOW), told(0, 5), []),
    ],
)
def test_a7_what_may_be_the_same_and_why(call: Told, other: Told, why: list[str]) -> None:
    assert reasons(call, other) == why
    assert reasons(other, call) == why


def test_the_likest_comes_first() -> None:
    others = [known(1, told(390, 5)), known(2, told(90, 50)), known(3, told(450, 50, PHONE))]
    found = duplicates(told(phone=PHONE), others, RULES)
    assert [one.incident.id for one in found] == [3, 2, 1]
    assert [one.distance_m for one in found] == [500, 100, 400]
    assert found[0].reasons == [Likeness.NEAR, Likeness.SAME_CALLER]


@given(st.floats(0, 2000), st.floats(0, 1000), st.floats(0, 1000))
def test_more_uncertainty_never_hides_a_duplicate(away: float, off: float, more: float) -> None:
    if reasons(told(off_m=off), told(away)):
        assert reasons(told(off_m=off + more), told(away))
