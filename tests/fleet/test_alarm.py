"""A call for help is news once, however often the device repeats it; a low battery is none."""

from datetime import timedelta

import pytest

from fleet.tracking.alarm import Alarms
from fleet.tracking.fix import SignOfLife
from tests.support.scene import NOW


def sign(seconds: float, word: str | None, source: int = 1) -> SignOfLife:
    return SignOfLife(7, source, NOW + timedelta(seconds=seconds), alarm=word)


@pytest.mark.parametrize("word", ["sos", "SOS", "panic", "accident", "fallDown"])
def test_a_word_of_danger_is_an_alarm(word: str) -> None:
    assert Alarms().is_new(sign(0, word))


@pytest.mark.parametrize("word", [None, "", "lowBattery", "powerCut", "geofenceEnter"])
def test_other_words_are_none(word: str | None) -> None:
    assert not Alarms().is_new(sign(0, word))


def test_what_is_said_again_and_again_is_one_alarm() -> None:
    alarms = Alarms()
    assert [alarms.is_new(sign(s, "sos")) for s in (0, 10, 60, 115, 180)] == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_an_alarm_that_goes_on_is_told_again_after_ten_minutes() -> None:
    alarms = Alarms()
    told = [s for s in range(0, 1300, 50) if alarms.is_new(sign(s, "sos"))]
    assert told == [0, 650]


def test_a_call_after_other_news_of_the_device_is_a_new_one() -> None:
    alarms = Alarms()
    said = [(0, "sos"), (5, "sos"), (10, None), (15, "sos"), (20, "sos")]
    assert [alarms.is_new(sign(s, word)) for s, word in said] == [True, False, False, True, False]
    alarms.quiet(7, 1)
    assert alarms.is_new(sign(25, "sos"))


def test_many_words_of_one_device_are_one_alarm() -> None:
    alarms = Alarms()
    words = ["sos", "panic", "accident", "fallDown", "duress"]
    assert [alarms.is_new(sign(n, word)) for n, word in enumerate(words)] == [True] + [False] * 4


def test_each_device_calls_for_itself() -> None:
    alarms = Alarms()
    assert alarms.is_new(sign(0, "sos", source=1))
    assert alarms.is_new(sign(1, "sos", source=2))
