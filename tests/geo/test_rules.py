import pytest

from geo.rules import read_rules
from kit.errors import Conflict, Invalid

GIVEN = {
    "cover_order": ["own", "supporting", "other"],
    "circuity": 1.3,
    "speed_kmh": 65,
    "fix_max_age_s": 120,
    "offer_expiry_s": 45,
}


def test_rules_are_typed_and_others_may_stand_beside_them() -> None:
    rules = read_rules(GIVEN | {"later": "rule"})
    assert rules.cover_order == ("own", "supporting", "other")
    assert (rules.speed_kmh, rules.cover_rule) == (65, "cover_order")


@pytest.mark.parametrize("name", list(GIVEN))
def test_a_lacking_rule_is_named(name: str) -> None:
    with pytest.raises(Conflict, match=name) as refusal:
        read_rules({key: value for key, value in GIVEN.items() if key != name})
    assert refusal.value.code == "no_rule"


@pytest.mark.parametrize(
    ("name", "value"), [("circuity", "fast"), ("cover_order", ["everyone"]), ("speed_kmh", None)]
)
def test_a_rule_of_the_wrong_kind_is_named(name: str, value: object) -> None:
    with pytest.raises(Invalid, match=name):
        read_rules(GIVEN | {name: value})
