"""C2: how the crews of a centre are at work at an instant, by the local clock and the holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fleet.crews.calendar import DAYS, LOOK_AHEAD, Entry, day_kind, duty_at
from fleet.units.duty import Duty, DutyKind

TEHRAN = "Asia/Tehran"
ALL = list(DAYS)
WEEK = timedelta(days=7)
WORK = ["sat", "sun", "mon", "tue", "wed"]
MIDNIGHT = time(0)
HOURS, CALL, CLOCK = DutyKind.OFFICE_HOURS, DutyKind.ON_CALL, DutyKind.AROUND_THE_CLOCK

SMALL = [
    Entry(1, HOURS, WORK, time(7, 30), time(14, 30), 0),
    Entry(2, CALL, ALL, MIDNIGHT, MIDNIGHT, 1200),
]


def tehran(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of November 2026; the 21st is a Saturday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(TEHRAN)).astimezone(UTC)


def kind(at: datetime, holidays: frozenset[date] = frozenset()) -> Duty:
    return duty_at(SMALL, holidays, at, TEHRAN)


def test_c2_office_hours_on_a_working_day_and_on_call_around_them() -> None:
    assert kind(tehran(21, 7, 29)) == Duty(CALL, 1200, tehran(21, 7, 30), 2)
    assert kind(tehran(21, 7, 30)) == Duty(HOURS, 0, tehran(21, 14, 30), 1)
    assert kind(tehran(21, 14, 29)).kind == HOURS
    assert kind(tehran(21, 14, 30)) == Duty(CALL, 1200, tehran(22, 7, 30), 2)


def test_c2_on_call_from_wednesday_afternoon_through_the_weekend() -> None:
    wednesday = tehran(25, 14, 30)
    assert kind(wednesday) == Duty(CALL, 1200, tehran(28, 7, 30), 2)
    assert kind(tehran(27, 10)).kind == CALL


def test_c2_a_holiday_is_no_working_day() -> None:
    holiday = frozenset({date(2026, 11, 22)})
    assert kind(tehran(22, 10)).kind == HOURS
    assert kind(tehran(22, 10), holiday) == Duty(CALL, 1200, tehran(23, 7, 30), 2)


def test_c2_the_week_begins_on_saturday() -> None:
    assert [day_kind(date(2026, 11, 21 + n), ()) for n in range(7)] == ALL[:7]
    assert day_kind(date(2026, 11, 21), {date(2026, 11, 21)}) == "holiday"


def test_c2_a_duty_may_pass_midnight_and_belongs_to_the_day_it_began() -> None:
    night = [Entry(1, CALL, ["fri"], time(20), time(6), 600)]
    holiday = {date(2026, 11, 28)}
    for at, on in ((tehran(27, 19, 59), False), (tehran(27, 20), True), (tehran(28, 5, 59), True)):
        assert (duty_at(night, holiday, at, TEHRAN).kind == CALL) is on
    assert duty_at(night, holiday, tehran(28, 6), TEHRAN) == Duty(until=tehran(27, 20) + WEEK)


def test_c2_a_row_holds_from_its_first_day_until_the_day_before_its_last() -> None:
    dated = [Entry(1, CLOCK, ALL, MIDNIGHT, MIDNIGHT, 0, date(2026, 11, 21), date(2026, 11, 23))]
    assert duty_at(dated, (), tehran(20, 23, 59), TEHRAN) == Duty(until=tehran(21, 0))
    assert duty_at(dated, (), tehran(21, 0), TEHRAN) == Duty(CLOCK, 0, tehran(23, 0), 1)
    assert duty_at(dated, (), tehran(23, 0), TEHRAN) == Duty()


def test_c2_without_a_roster_nothing_is_said() -> None:
    assert duty_at([], (), tehran(21, 0), TEHRAN) == Duty()


zones = st.sampled_from(
    ["Asia/Tehran", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut"]
)
instants = st.integers(0, 3 * 365 * 1440).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
entries = st.lists(
    st.builds(
        Entry,
        id=st.integers(1, 9),
        kind=st.sampled_from(DutyKind),
        days=st.lists(st.sampled_from(ALL), min_size=1, unique=True),
        from_time=times,
        to_time=times,
        turnout_s=st.sampled_from([0, 600, 1200]),
    ),
    max_size=4,
)


@given(instants, zones)
def test_c2_around_the_clock_has_no_gap_where_the_clock_is_put_on_or_back(
    at: datetime, zone: str
) -> None:
    always = [Entry(1, CLOCK, ALL, MIDNIGHT, MIDNIGHT, 0)]
    assert duty_at(always, (), at, zone) == Duty(CLOCK, 0, None, 1)


@given(instants, zones, times)
def test_c2_day_and_night_duty_meet_without_gap(at: datetime, zone: str, change: time) -> None:
    both = [
        Entry(1, CLOCK, ALL, MIDNIGHT, change, 0),
        Entry(2, CALL, ALL, change, MIDNIGHT, 900),
    ]
    if change == MIDNIGHT:
        both = both[:1]
    assert duty_at(both, (), at, zone).kind is not None


@given(entries, instants, zones, st.sets(st.dates(date(2020, 1, 1), date(2022, 12, 31))))
def test_c2_nothing_changes_before_the_next_change_and_something_does_then(
    roster: list[Entry], at: datetime, zone: str, holidays: set[date]
) -> None:
    duty = duty_at(roster, holidays, at, zone)
    end = duty.until or at + LOOK_AHEAD
    assert at < end <= at + LOOK_AHEAD
    for part in (0.0, 0.3, 0.7, 0.999):
        there = duty_at(roster, holidays, at + (end - at) * part, zone)
        assert (there.kind, there.turnout_s) == (duty.kind, duty.turnout_s)
    if duty.until:
        then = duty_at(roster, holidays, duty.until, zone)
        assert (then.kind, then.turnout_s) != (duty.kind, duty.turnout_s)


@given(entries, instants, zones)
def test_c2_the_readiest_row_that_holds_counts(
    roster: list[Entry], at: datetime, zone: str
) -> None:
    alone = [duty_at([one], (), at, zone) for one in roster]
    kinds = [one.kind for one in alone if one.kind]
    expected = min(kinds, key=[*DutyKind].index, default=None)
    assert duty_at(roster, (), at, zone).kind == expected
