"""Coordinates in any usual writing are one place; what is none is said with its fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.area import Areas
from geo.position import span_m
from geo.where.reading import ReadFrom, Reading
from geo.where.text import read
from kit.errors import Invalid


def in_region(lat: float, lon: float) -> bool:
    return 33 <= lat <= 36 and 48 <= lon <= 52


def reading(text: str) -> Reading:
    found = read(text, in_region)
    assert isinstance(found, Reading), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        "34.0863, 49.6894",
        "34.0863 49.6894",
        "34.0863,49.6894",
        "۳۴٫۰۸۶۳، ۴۹٫۶۸۹۴",
        "٣٤٫٠٨٦٣ ٤٩٫٦٨٩٤",
        "۳۴/۰۸۶۳ ۴۹/۶۸۹۴",
        "34,0863; 49,6894",
        "34,0863 49,6894",
        "(34.0863, 49.6894)",
        "N34.0863 E49.6894",
        "34.0863°N, 49.6894°E",
        "49.6894E 34.0863N",
        "lat: 34.0863 lon: 49.6894",
        "عرض ۳۴٫۰۸۶۳ طول ۴۹٫۶۸۹۴",
        "۳۴٫۰۸۶۳ شمالی، ۴۹٫۶۸۹۴ شرقی",
        "34.0863 north 49.6894 east",
    ],
)
def test_a5_decimal_degrees(text: str) -> None:
    found = reading(text)
    assert (found.lat, found.lon, found.swapped) == (34.0863, 49.6894, False)
    assert found.basis is ReadFrom.DECIMAL


@pytest.mark.parametrize(
    "text",
    [
        "34°05'10.7\"N 49°41'21.8\"E",
        "34° 05′ 10.7″ N, 49° 41′ 21.8″ E",
        "34 05 10.7 N 49 41 21.8 E",
        "34 05 10.7, 49 41 21.8",
        "۳۴ درجه ۵ دقیقه ۱۰٫۷ ثانیه شمالی، ۴۹ درجه ۴۱ دقیقه ۲۱٫۸ ثانیه شرقی",
        "N 34:05:10.7 E 49:41:21.8",
        "49°41'21.8''E 34°05'10.7''N",
    ],
)
def test_a5_degrees_minutes_and_seconds(text: str) -> None:
    found = reading(text)
    assert span_m(found.lat, found.lon, 34.0863, 49.6894) < 5
    assert (found.basis, found.swapped) == (ReadFrom.SEXAGESIMAL, False)


def test_degrees_and_minutes() -> None:
    found = reading("34 05.18 N 49 41.36 E")
    assert span_m(found.lat, found.lon, 34.0863, 49.6894) < 20


@pytest.mark.parametrize("text", ["49.6894, 34.0863", "49 41 21.8, 34 05 10.7"])
def test_a5_longitude_first_is_understood_and_said(text: str) -> None:
    found = reading(text)
    assert span_m(found.lat, found.lon, 34.0863, 49.6894) < 5
    assert found.swapped


def test_outside_the_region_the_order_stands_as_it_is_written() -> None:
    found = reading("24.5, 54.4")
    assert (found.lat, found.lon, found.swapped) == (24.5, 54.4, False)
    assert reading("120.5, 24.4").swapped


def test_letters_count_before_the_region() -> None:
    found = reading("49.6894N 34.0863E")
    assert (found.lat, found.lon, found.swapped) == (49.6894, 34.0863, False)
    south = reading("34.0863S 49.6894W")
    assert (south.lat, south.lon) == (-34.0863, -49.6894)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("34.0863, 49.6894, 7", "2, 4 or 6 numbers, not 3"),
        ("34 65 10 N 49 41 21 E", "below 60"),
        ("34.5 05 49.1 41", "only the last"),
        ("34.08N 49.68N", "one of E or W"),
        ("97.1, 181.2", "at most 90 and 180"),
        ("39S 3790 3772000000", "3"),
        ("https://maps.app.goo.gl/AbCdEf", "open it and copy"),
        ("geo:here", "latitude,longitude"),
        ("99 379000 3772000", "UTM"),
    ],
)
def test_a5_what_is_meant_as_a_place_and_is_none_names_its_fault(text: str, fault: str) -> None:
    with pytest.raises(Invalid, match=fault) as refused:
        read(text, in_region)
    assert [error.field for error in refused.value.errors] == ["text"]


@pytest.mark.parametrize(
    "text", ["فرمهین", "کوچه ۳ پلاک ۵", "Farmahin", "12", "خیابان ۱۷ شهریور", ""]
)
def test_a_name_is_no_place_by_itself(text: str) -> None:
    assert read(text, in_region) is None


@pytest.mark.parametrize(
    ("text", "radius_m"),
    [
        ("34.1, 49.7", 14_437),
        ("34.09, 49.69", 1444),
        ("34.0863, 49.6894", 15),
        ("34.08631, 49.68942", 10),
        ("34 05 11 N 49 41 22 E", 41),
        ("34 05 N 49 41 E", 2407),
    ],
)
def test_a5_the_digits_given_tell_how_sure_a_place_is(text: str, radius_m: float) -> None:
    assert reading(text).uncertainty_m == radius_m


@given(st.floats(33, 36), st.floats(48, 52), st.integers(0, 6), st.booleans())
def test_a5_the_radius_holds_the_truth_whether_rounded_or_cut(
    lat: float, lon: float, decimals: int, cut: bool
) -> None:
    step = 10**decimals
    told = [int(value * step) / step if cut else round(value, decimals) for value in (lat, lon)]
    found = reading(f"{told[0]:.{decimals}f} N {told[1]:.{decimals}f} E")
    assert span_m(found.lat, found.lon, lat, lon) <= found.uncertainty_m


@given(st.text(max_size=40) | st.from_regex(r"[\d\s.,:/°'NSEW+-]{1,30}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read(text, in_region)
    except Invalid as refusal:
        assert refusal.errors[0].field == "text"
        return
    if isinstance(found, Reading):
        assert -90 <= found.lat <= 90
        assert -180 <= found.lon <= 180
        assert found.uncertainty_m >= 10


def test_the_region_is_the_ground(areas: Areas) -> None:
    assert areas.has(34.0863, 49.6894)
    assert not areas.has(49.6894, 34.0863)
