import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.area import Located
from geo.ownership import Cover, OpenCentre, Owner, cover_of, owner_of
from geo.position import Position, distance_m

HERE = Position(34.7, 49.3)
NEAR = OpenCentre("N", "near", Position(34.6, 49.3))
FAR = OpenCentre("F", "far", Position(35.9, 50.9))
HOME = OpenCentre("H", "home", Position(34.9, 50.9))


def inside(county: str) -> Located:
    return Located(county, False, county, 0.0)


@pytest.mark.parametrize(
    ("supporters", "centres", "county", "rule"),
    [
        (["far", "near"], [NEAR, FAR, HOME], "home", "own"),
        (["far", "near"], [NEAR, FAR], "far", "supporting"),
        (["closed", "near"], [FAR, NEAR], "near", "supporting"),
        ([], [FAR, NEAR], "near", "nearest"),
        (["closed"], [FAR], "far", "nearest"),
        (["near"], [], "home", "none"),
    ],
)
def test_own_then_supporting_in_order_then_nearest(
    supporters: list[str], centres: list[OpenCentre], county: str, rule: str
) -> None:
    owner = owner_of(inside("home"), HERE, supporters, centres)
    assert (owner.county, owner.rule, owner.outside) == (county, rule, False)


def test_outside_the_nearest_countys_owner_answers_and_it_is_said() -> None:
    outside = Located(None, False, "home", 5000.0)
    assert owner_of(outside, HERE, ["far"], [NEAR, FAR]) == Owner("far", "supporting", True)
    assert owner_of(outside, HERE, [], [HOME, NEAR]) == Owner("home", "own", True)


def test_two_centres_equally_near_are_told_apart_by_code() -> None:
    twins = [OpenCentre("b", "two", NEAR.place), OpenCentre("a", "one", NEAR.place)]
    assert owner_of(inside("home"), HERE, [], twins).county == "one"


@given(st.lists(st.tuples(st.floats(33, 36), st.floats(48, 52)), min_size=1, max_size=9))
def test_without_supporters_no_centre_is_nearer(places: list[tuple[float, float]]) -> None:
    centres = [OpenCentre(str(i), str(i), Position(*place)) for i, place in enumerate(places)]
    owner = owner_of(inside("home"), HERE, [], centres)
    chosen = next(centre for centre in centres if centre.county == owner.county)
    assert all(distance_m(chosen.place, HERE) <= distance_m(c.place, HERE) for c in centres)


def test_cover_keeps_the_order_of_supporters_and_tells_the_tier() -> None:
    second = OpenCentre("N2", "near", Position(34.5, 49.3))
    cover = cover_of("home", ["far", "closed", "near"], [HOME, NEAR, second, FAR])
    assert cover == Cover("home", ("H",), ("F", "N", "N2"))
    assert [cover.tier(code) for code in ("H", "F", "N2", "X")] == [
        "own",
        "supporting",
        "supporting",
        "other",
    ]
