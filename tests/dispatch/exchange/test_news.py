"""What an exchange's events say together, whatever order they come in."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.calls.call import CALL, CallStatus
from dispatch.exchange.news import (
    ACTS,
    Event,
    News,
    Stamps,
    check_not_ahead,
    heard,
    position,
    together,
    true_time,
)
from kit.errors import Invalid

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECONDS = st.none() | st.integers(0, 30).map(float)


def t(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def news(event: str, seconds: float, place: int | None = None) -> News:
    return News(Event(event), t(seconds), place)


def stamps(rang: float | None, answered: float | None, ended: float | None) -> Stamps:
    return Stamps(*(None if one is None else t(one) for one in (rang, answered, ended)))


def test_every_order_of_the_events_says_the_same() -> None:
    told = [news("ring", 0), news("ring", 1), news("answer", 5), news("answer", 6), news("end", 9)]
    for order in itertools.permutations(told):
        assert heard(order) == stamps(0, 5, 9)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([], "ringing"),
        ([news("ring", 0)], "ringing"),
        ([news("queue", 0, 3)], "ringing"),
        ([news("answer", 1)], "answered"),
        ([news("end", 1)], "abandoned"),
        ([news("end", 2), news("answer", 1)], "ended"),
    ],
)
def test_a_status_follows_from_what_is_known(told: list[News], status: str) -> None:
    assert heard(told).status == status


@pytest.mark.parametrize(
    "told",
    [
        [news("ring", 2), news("answer", 1)],
        [news("answer", 2), news("end", 1)],
        [news("ring", 2), news("end", 1)],
    ],
)
def test_what_contradicts_itself_is_refused(told: list[News]) -> None:
    with pytest.raises(Invalid) as refusal:
        heard(told)
    assert [fault.field for fault in refusal.value.errors] == ["at"]


def test_the_exchange_is_believed_before_a_click() -> None:
    assert together(stamps(0, 5, None), stamps(0, 7, None), t(9)) == stamps(0, 5, None)
    assert together(stamps(0, None, None), stamps(0, 7, None), t(9)) == stamps(0, 7, None)
    assert together(stamps(0, None, 6), stamps(0, 7, None), t(9)) == stamps(0, 7, 7)


@given(
    st.tuples(SECONDS, SECONDS, SECONDS), st.tuples(SECONDS, SECONDS), st.integers(0, 40), SECONDS
)
def test_stamps_are_in_order_whoever_stamped_them(
    told: tuple[float | None, ...],
    clicked: tuple[float | None, float | None],
    now_s: int,
    opened_s: float | None,
) -> None:
    try:
        exchange = heard(
            news(event, at)
            for event, at in zip(("ring", "answer", "end"), told, strict=True)
            if at is not None
        )
    except Invalid:
        return
    opened = None if opened_s is None else t(opened_s)
    found = together(exchange, stamps(None, *clicked), t(now_s), opened)
    known = [one for one in (found.rang_at, found.answered_at, found.ended_at) if one]
    assert known == sorted(known)
    assert all(one <= t(now_s) for one in known)
    if opened and found.answered_at:
        assert found.answered_at <= opened
    assert (found.ended_at is None) == (exchange.ended_at is None and clicked[1] is None)


def test_the_newest_place_in_the_queue_counts() -> None:
    told = [news("queue", 5, 1), news("queue", 1, 4), news("ring", 9)]
    assert position(told) == 1
    assert position([news("ring", 1)]) is None


def test_a_clock_that_is_ahead_is_taken_back_and_the_future_is_refused() -> None:
    assert true_time(t(70), 60) == t(10)
    assert true_time(t(10), -5) == t(15)
    check_not_ahead(t(299), T0, 300)
    for wrong in (lambda: check_not_ahead(t(301), T0, 300), lambda: true_time(_first(), 60)):
        with pytest.raises(Invalid):
            wrong()


def _first() -> datetime:
    return datetime.min.replace(tzinfo=UTC)


def test_the_acts_are_those_of_the_table() -> None:
    for (before, after), acts in ACTS.items():
        status: CallStatus = before
        for act in acts:
            status = CALL.after(status, act)
        assert status is after
