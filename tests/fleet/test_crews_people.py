"""B1: what a crew can do by role and gender, and who is the same person."""

import pytest

from fleet.crews.people import capabilities, gives, person

ROLES = [
    {
        "code": "nurse",
        "gives": {"any": ["nurse"], "female": ["female_worker"], "male": ["male_worker"]},
    },
    {"code": "driver"},
]


def test_b1_roles_and_genders_give_capabilities() -> None:
    crew = [("nurse", "female"), ("driver", "male")]
    assert capabilities(crew, gives(ROLES)) == ["female_worker", "nurse"]


def test_b1_without_a_gender_only_the_role_gives() -> None:
    assert capabilities([("nurse", None)], gives(ROLES)) == ["nurse"]


def test_b1_what_a_crew_says_is_added_once() -> None:
    found = capabilities([("nurse", "male")], gives(ROLES), ["nurse", "child_specialist"])
    assert found == ["child_specialist", "male_worker", "nurse"]


def test_b1_an_unknown_role_gives_nothing() -> None:
    assert capabilities([("cook", "male")], gives(ROLES)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("علي  كريمي", None), ("علی کریمی", None)),
        (("Sara Ahmadi", None), ("sara ahmadi ", None)),
        (("علی‌رضا", None), ("علی رضا", None)),
        (("Sara", "A-12"), ("Sarah", "a-12")),
    ],
)
def test_b1_the_same_person(one: tuple[str, str | None], other: tuple[str, str | None]) -> None:
    assert person(*one) == person(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Sara", "1"), ("Sara", "2")),
        (("Sara", None), ("Zahra", None)),
        (("1", None), ("Sara", "1")),
    ],
)
def test_b1_different_people(one: tuple[str, str | None], other: tuple[str, str | None]) -> None:
    assert person(*one) != person(*other)
