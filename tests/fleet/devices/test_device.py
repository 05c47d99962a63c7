"""What needs no database: the short memory of tokens, and the rates."""

from datetime import UTC, datetime, timedelta

import pytest

from fleet.devices.device import REMEMBERED, REMEMBERED_FOR, Device, Memory
from fleet.devices.rates import Rates

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
BOX = Device(7, 1, False, 10)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_token_is_remembered_for_seconds() -> None:
    memory = Memory()
    memory.keep(b"a", BOX, None, NOW)
    assert timedelta(seconds=5) >= REMEMBERED_FOR
    assert memory.find(b"a", NOW + REMEMBERED_FOR - timedelta(milliseconds=1)) == BOX
    assert memory.find(b"a", NOW + REMEMBERED_FOR) is None
    assert memory.find(b"b", NOW) is None


def test_never_beyond_its_end_and_not_once_told_to_forget() -> None:
    memory = Memory()
    memory.keep(b"a", BOX, at(1), NOW)
    assert memory.find(b"a", at(0.9)) == BOX
    assert memory.find(b"a", at(1)) is None
    memory.keep(b"a", BOX, None, NOW)
    memory.forget()
    assert memory.find(b"a", NOW) is None


def test_the_memory_is_bounded() -> None:
    memory = Memory()
    for n in range(REMEMBERED + 10):
        memory.keep(str(n).encode(), BOX, None, NOW)
    found = sum(memory.find(str(n).encode(), NOW) is not None for n in range(REMEMBERED + 10))
    assert 0 < found <= REMEMBERED


def test_a_burst_and_then_a_steady_rate() -> None:
    rates = Rates(per_s=2, burst=5)
    assert [rates.wait_s(7, NOW) for _ in range(6)] == [0] * 5 + [0.5]
    assert rates.wait_s(8, NOW) == 0, "each device has its own"
    assert rates.wait_s(7, at(0.5)) == 0
    assert rates.wait_s(7, at(0.5)) == pytest.approx(0.5)
    assert [rates.wait_s(7, at(3600)) for _ in range(6)] == [0] * 5 + [0.5]


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    rates = Rates(per_s=1, burst=2)
    assert rates.wait_s(7, NOW) == 0
    assert rates.wait_s(7, at(-100)) == 0
    assert rates.wait_s(7, at(-100)) == 1
