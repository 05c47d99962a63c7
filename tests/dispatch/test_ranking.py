"""Ranking is pure: the same facts give the same answer in any order, and each unit once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.coverage.reach import Uncovered
from dispatch.policy import Policy
from dispatch.recommendations.candidate import Candidate, Task, Terms
from dispatch.recommendations.ranking import Ranked, Reason, rank, reasons

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CENTRES = ["ARK", "SHZ", "SVH", "KHM"]
CAPABILITIES = ["nurse", "psychologist"]


def candidate(unit_id: int = 1, **more: object) -> Candidate:
    """Return a unit that nothing speaks against, changed by ``more``."""
    fit: dict[str, object] = {
        "unit_id": unit_id,
        "code": f"U-{unit_id}",
        "centre": "ARK",
        "status": "available",
        "on_shift": True,
        "capabilities": ["nurse"],
        "declined": False,
        "distance_m": 1000.0,
        "fixed_at": NOW,
        "accuracy_m": 8.0,
    }
    return msgspec.convert({**fit, **more}, Candidate)


def terms(**more: object) -> Terms:
    """Return an incident of Arak's county without needs; terms and policy changed by ``more``."""
    policy: dict[str, object] = {
        "cover_order": ["own", "supporting", "other"],
        "cover_rule": "cover_order@2020-01-01",
        "place_order": ["fresh"],
    }
    own = set(Policy.__struct_fields__) & more.keys()
    policy |= {name: more.pop(name) for name in own}
    plain: dict[str, object] = {
        "now": NOW,
        "needs": [],
        "own": ["ARK"],
        "supporting": ["SHZ", "KHM"],
        "policy": policy,
        "fix_max_age_s": 120.0,
        "circuity": 1.3,
        "speed_kmh": 65.0,
    }
    return msgspec.convert({**plain, **more}, Terms)


def candidates() -> st.SearchStrategy[list[Candidate]]:
    one = st.builds(
        lambda **known: known,
        centre=st.sampled_from(CENTRES),
        status=st.sampled_from(["available", "available", "en_route", "on_scene", "off_duty"]),
        on_shift=st.sampled_from([True, True, False]),
        capabilities=st.lists(st.sampled_from(CAPABILITIES), unique=True),
        declined=st.sampled_from([False, False, True]),
        distance_m=st.none() | st.sampled_from([0.0, 500.0, 5e3]) | st.floats(0, 1e6),
        fixed_at=st.integers(-300, 30).map(lambda s: NOW + timedelta(seconds=s)),
        shift_ends_at=st.none() | st.floats(0, 9e4).map(lambda s: NOW + timedelta(seconds=s)),
        tasks=st.integers(0, 5),
        busy_s=st.floats(0, 3e4),
        cleared_at=st.none() | st.floats(0, 9e3).map(lambda s: NOW - timedelta(seconds=s)),
        uncovers=st.lists(
            st.builds(Uncovered, st.sampled_from("AB"), st.none() | st.integers(0, 10**6)),
            max_size=2,
        ),
        task=st.none()
        | st.builds(
            Task,
            assignment_id=st.integers(1, 9),
            incident_id=st.integers(1, 9),
            priority=st.integers(1, 4),
            opened_at=st.floats(0, 9e3).map(lambda s: NOW - timedelta(seconds=s)),
            distance_m=st.none() | st.floats(0, 1e5),
            next_eta_s=st.none() | st.floats(0, 1e4),
        ),
    )
    return st.lists(one, max_size=12).map(
        lambda rows: [
            candidate(n, **row, **({} if row["distance_m"] is not None else {"fixed_at": None}))
            if row["distance_m"] is not None
            else candidate(n, **{**row, "fixed_at": None})
            for n, row in enumerate(rows)
        ]
    )


some_terms = st.builds(
    lambda needs, order, listed, policy: terms(
        needs=needs, cover_order=order, listed=listed, priority=1, diverts={1: [3, 4]}, **policy
    ),
    st.lists(st.sampled_from(CAPABILITIES), unique=True),
    st.permutations(["own", "supporting", "other"]),
    st.integers(1, 5),
    st.fixed_dictionaries(
        {
            "task_s": st.floats(0, 7200),
            "past_shift_penalty_s": st.floats(0, 900),
            "past_shift_limit_s": st.none() | st.floats(0, 3600),
            "rest_s": st.floats(0, 3600),
            "short_rest_penalty_s": st.floats(0, 900),
            "short_rest_excludes": st.booleans(),
            "task_penalty_s": st.floats(0, 900),
            "uncover_penalty_s": st.floats(0, 9),
            "uncover_limit": st.none() | st.integers(0, 10**6),
        }
    ),
)


@given(candidates(), some_terms, st.randoms())
def test_order_of_arrival_does_not_matter(units, given_terms, rng) -> None:  # type: ignore[no-untyped-def]
    mixed = list(units)
    rng.shuffle(mixed)
    assert rank(mixed, given_terms) == rank(units, given_terms)


@given(candidates(), some_terms)
def test_each_unit_is_ranked_or_excluded_once(units: list[Candidate], given_terms: Terms) -> None:
    found = rank(units, given_terms)
    ids = [one.unit_id for one in found.ranked] + [one.unit_id for one in found.excluded]
    assert sorted(ids) == [unit.unit_id for unit in units]
    assert [one.rank for one in found.ranked] == list(range(1, len(found.ranked) + 1))
    assert all(one.reasons for one in found.excluded)


@given(candidates(), some_terms)
def test_one_ranked_above_another_is_of_an_earlier_tier_or_sooner_there(
    units: list[Candidate], given_terms: Terms
) -> None:
    ranked = rank(units, given_terms).ranked
    for before, after in pairwise(ranked):
        tiers = [given_terms.policy.cover_order.index(one.tier) for one in (before, after)]
        assert tiers[0] <= tiers[1]
        if tiers[0] == tiers[1]:
            assert (counted(before), before.unit_id) < (counted(after), after.unit_id)


def counted(one: Ranked) -> float:
    """Return what the order goes by within a tier."""
    return one.eta_s + sum(added.penalty_s for added in one.penalties)


@given(candidates(), st.integers(1, 5))
def test_a9_what_is_only_told_changes_no_order(units: list[Candidate], listed: int) -> None:
    plain = [
        msgspec.structs.replace(
            unit, shift_ends_at=None, tasks=0, busy_s=0, cleared_at=None, uncovers=[], task=None
        )
        for unit in units
    ]
    told, bare = (rank(these, terms(listed=listed, task_s=3600)) for these in (units, plain))
    assert [one.unit_id for one in told.ranked] == [one.unit_id for one in bare.ranked]
    assert told.excluded == bare.excluded


def test_a9_by_the_dated_policy_a_crew_near_its_end_comes_behind_or_is_left_out() -> None:
    ending = candidate(1, shift_ends_at=NOW + timedelta(minutes=30))
    farther = candidate(2, distance_m=2000.0, shift_ends_at=NOW + timedelta(hours=8))
    told = rank([ending, farther], terms(task_s=3600)).ranked
    assert [one.unit_id for one in told] == [1, 2]
    assert told[0].past_shift_s == pytest.approx(1800 + 72)
    weighed = rank([ending, farther], terms(task_s=3600, past_shift_penalty_s=900)).ranked
    assert [one.unit_id for one in weighed] == [2, 1]
    assert [(one.cause, one.penalty_s) for one in weighed[1].penalties] == [("past_shift", 900)]
    strict = rank([ending, farther], terms(task_s=3600, past_shift_limit_s=600))
    assert [one.unit_id for one in strict.ranked] == [2]
    assert [why.reason for why in strict.excluded[0].reasons] == [Reason.PAST_SHIFT]


def test_every_reason_is_told_not_only_the_first() -> None:
    worst = candidate(
        status="on_scene",
        on_shift=False,
        capabilities=[],
        declined=True,
        fixed_at=NOW - timedelta(seconds=121),
    )
    found = [why.reason for why in reasons(worst, terms(needs=["nurse", "physician"]))]
    assert found == [
        Reason.NOT_AVAILABLE,
        Reason.OFF_SHIFT,
        Reason.STALE_FIX,
        Reason.LACKS_CAPABILITY,
        Reason.LACKS_CAPABILITY,
        Reason.ALREADY_DECLINED,
    ]


def test_a_unit_without_a_fix_says_so() -> None:
    unseen = candidate(distance_m=None, fixed_at=None)
    [excluded] = rank([unseen], terms()).excluded
    assert [why.reason for why in excluded.reasons] == [Reason.NO_FIX]
    assert excluded.eta_s is None


def test_a_fix_is_believed_up_to_its_greatest_age() -> None:
    at_the_limit = candidate(1, fixed_at=NOW - timedelta(seconds=120))
    past_it = candidate(2, fixed_at=NOW - timedelta(seconds=120, microseconds=1))
    found = rank([at_the_limit, past_it], terms())
    assert [one.unit_id for one in found.ranked] == [1]


def test_a_ranked_unit_carries_what_speaks_for_it() -> None:
    [one] = rank([candidate(7, fixed_at=NOW - timedelta(seconds=30))], terms()).ranked
    assert (one.unit_id, one.tier, one.rule) == (7, "own", "cover_order@2020-01-01")
    assert one.eta_s == 1000 * 1.3 / (65 / 3.6)
    assert (one.basis, one.fix_age_s, one.accuracy_m) == ("straight_line", 30.0, 8.0)


def test_own_units_come_before_nearer_ones_of_other_centres() -> None:
    units = [
        candidate(1, centre="SVH", distance_m=1.0),
        candidate(2, centre="KHM", distance_m=10.0),
        candidate(3, centre="ARK", distance_m=90_000.0),
    ]
    assert [one.unit_id for one in rank(units, terms()).ranked] == [3, 2, 1]
    reverse = terms(cover_order=["other", "supporting", "own"])
    assert [one.unit_id for one in rank(units, reverse).ranked] == [1, 2, 3]


def test_those_past_the_list_are_called_farther() -> None:
    found = rank([candidate(n, distance_m=n * 100.0) for n in range(1, 5)], terms(listed=2))
    assert [one.unit_id for one in found.ranked] == [1, 2]
    assert [[why.reason for why in one.reasons] for one in found.excluded] == [["farther"]] * 2


ALL_PLACES = ["fresh", "last_known", "centre"]


def test_a20_places_that_are_known_less_well_come_behind_in_their_tier() -> None:
    units = [
        candidate(1, distance_m=10.0, fixed_at=None),
        candidate(2, distance_m=10.0, fixed_at=NOW - timedelta(hours=5)),
        candidate(3, distance_m=90_000.0),
        candidate(4, distance_m=80_000.0, by_hand=True, fixed_at=NOW - timedelta(minutes=15)),
        candidate(5, distance_m=10.0, by_hand=True, fixed_at=NOW - timedelta(minutes=16)),
        candidate(6, distance_m=1.0, centre="SVH"),
    ]
    ranked = rank(units, terms(place_order=ALL_PLACES)).ranked
    assert [(one.unit_id, one.place_basis) for one in ranked] == [
        (4, "manual"),
        (3, "gps"),
        (2, "last_known"),
        (5, "last_known"),
        (1, "centre"),
        (6, "gps"),
    ]
    assert [one.fix_age_s for one in ranked if one.unit_id == 1] == [None]


def test_a20_a_unit_that_stands_is_where_it_was_for_as_long_as_it_is_heard() -> None:
    stands = candidate(fixed_at=NOW - timedelta(hours=1), known_at=NOW - timedelta(seconds=60))
    [one] = rank([stands], terms()).ranked
    assert (one.place_basis, one.fix_age_s) == ("gps", 3600.0)


def test_a20_a_unit_whose_centre_is_nowhere_has_no_place() -> None:
    [excluded] = rank(
        [candidate(distance_m=None, fixed_at=None)], terms(place_order=ALL_PLACES)
    ).excluded
    assert [why.reason for why in excluded.reasons] == [Reason.NO_FIX]
