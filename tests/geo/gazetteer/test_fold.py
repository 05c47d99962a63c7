"""One form for all spellings of a name, and nothing more than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.gazetteer.fold import asked, fold, sound

NAMES = ["میلاجرد", "یل‌آباد", "کرهرود", "مأمونیه", "گاو خانه", "کیلومتر ۲۵", "ده نمک", "Māmūnīyeh"]
ALIKE = ["یيىئ", "کك", "هةۀ", "اأإآٱ", "وؤ", "0۰٠", "5۵٥", "9۹٩"]
NOTHING = ["\u200c", "\u200d", "\u200e", "ـ", " ", "\u00a0", "\u064e", "\u0651", "\u0652", "\u0654"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_what_is_left_are_letters_and_digits(text: str) -> None:
    assert all(char.isalnum() for char in fold(text))


@given(st.text(), st.text())
def test_a_sound_needs_no_second_time(text: str, more: str) -> None:
    assert sound(sound(fold(text))) == sound(fold(text))
    if fold(text) == fold(more):
        assert sound(fold(text)) == sound(fold(more))


@st.composite
def variants(draw: st.DrawFn) -> tuple[str, str]:
    """Return a name and another way to write it."""
    name = draw(st.sampled_from(NAMES))
    written = ""
    for char in name:
        alike = next((letters for letters in ALIKE if char in letters), char)
        written += draw(st.sampled_from(alike)) + draw(st.sampled_from(["", "", *NOTHING]))
    return name, draw(st.sampled_from([written, written.upper()]))


@given(variants())
def test_every_way_to_write_a_name_folds_alike(pair: tuple[str, str]) -> None:
    name, written = pair
    assert fold(written) == fold(name) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علي آباد", "علی‌آباد"),
        ("كزاز", "کزاز"),
        ("فراهان ٢", "فراهان۲"),
        ("خانهٔ", "خانۀ"),
        ("Arāk", "ARAK"),
        ("Ma‘şūmīyeh", "masumiyeh"),
        ("ﺍﺭﺍﻙ", "اراک"),
    ],
)
def test_known_pairs_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ساوه", "آوه"), ("کرکان", "گرکان"), ("۲", "۳")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("one", "other"), [("عراک", "اراک"), ("صاوه", "ساوح"), ("غم", "قم")])
def test_letters_that_sound_alike_sound_alike(one: str, other: str) -> None:
    assert sound(fold(one)) == sound(fold(other))


def test_what_it_is_may_stand_before_the_name() -> None:
    assert asked("روستای خان آباد") == ["روستایخاناباد", "خاناباد"]
    assert asked("خیابان امام، شهر اراک") == [
        "خیابانامامشهراراک",
        "خیابانامام",
        "شهراراک",
        "اراک",
    ]
    assert asked("روستا") == ["روستا"]
    assert asked(" ‌ ـ ") == []
