"""C7: what speaks against a vehicle."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.vehicles.readiness import Due, is_overdue, not_ready

TODAY = date(2026, 11, 22)
YESTERDAY = date(2026, 11, 21)


def test_c7_a_vehicle_without_faults_is_ready() -> None:
    assert not_ready([], [], None, TODAY) == []


@pytest.mark.parametrize(
    ("due_on", "due_km", "km", "overdue"),
    [
        (TODAY, None, None, False),
        (YESTERDAY, None, None, True),
        (None, 10_000, 10_000, False),
        (None, 10_000, 10_001, True),
        (None, 10_000, None, False),
        (TODAY, 10_000, 10_001, True),
        (YESTERDAY, 10_000, 9_000, True),
    ],
)
def test_c7_a_check_is_overdue_after_its_last_day_or_past_its_reading(
    due_on: date | None, due_km: int | None, km: int | None, overdue: bool
) -> None:
    assert is_overdue(Due("service", due_on, due_km), km, TODAY) is overdue


def test_c7_only_what_blocks_speaks_against_it() -> None:
    checks = [
        Due("insurance", YESTERDAY, blocks=True),
        Due("inspection", YESTERDAY, blocks=True),
        Due("service", YESTERDAY),
        Due("fire_extinguisher", TODAY, blocks=True),
    ]
    assert not_ready(["note"], checks, None, TODAY) == ["inspection", "insurance"]
    assert not_ready(["note", "blocks"], checks[2:], None, TODAY) == ["defect"]


@given(
    st.lists(st.sampled_from(["blocks", "note"])),
    st.lists(
        st.builds(
            Due,
            kind=st.sampled_from(["a", "b"]),
            due_on=st.none() | st.sampled_from([TODAY, YESTERDAY]),
            due_km=st.none() | st.integers(0, 9),
            blocks=st.booleans(),
        )
    ),
    st.none() | st.integers(0, 9),
)
def test_c7_ready_exactly_when_nothing_blocks(
    severities: list[str], checks: list[Due], km: int | None
) -> None:
    blocked = "blocks" in severities or any(
        one.blocks and is_overdue(one, km, TODAY) for one in checks
    )
    found = not_ready(severities, checks, km, TODAY)
    assert bool(found) is blocked
    assert len(found) == len(set(found))
