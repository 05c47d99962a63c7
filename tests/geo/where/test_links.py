"""Links and grids: read from what they say, without asking anybody."""

import pytest

from geo.position import span_m
from geo.where.reading import ReadFrom, Reading
from geo.where.text import read
from kit.errors import Invalid
from tests.geo.where.test_degrees import in_region

HERE = (34.0863, 49.6894)


def reading(text: str) -> Reading:
    found = read(text, in_region)
    assert isinstance(found, Reading), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/maps?q=34.0863,49.6894",
        "https://www.google.com/maps/search/?api=1&query=34.0863%2C49.6894",
        "https://www.google.com/maps/place/X/@34.2,49.9,15z/data=!3m1!4b1!4m5!3d34.0863!4d49.6894",
        "https://www.openstreetmap.org/?mlat=34.0863&mlon=49.6894#map=15/34.2/49.9",
        "https://maps.apple.com/?ll=34.0863,49.6894&q=Pin",
        "https://waze.com/ul?ll=34.0863,49.6894&navigate=yes",
        "https://www.bing.com/maps?cp=34.0863~49.6894&lvl=15",
        "https://balad.ir/location?latitude=34.0863&longitude=49.6894&zoom=15",
        "اینجاست: https://example.org/m?lat=34.0863&lng=49.6894",
        "https://example.org/m?lat=49.6894&lng=34.0863",
    ],
)
def test_a5_a_pin_in_a_link(text: str) -> None:
    found = reading(text)
    assert (found.lat, found.lon) == HERE
    assert found.basis is ReadFrom.MAP_LINK
    assert found.swapped is ("lat=49" in text)


@pytest.mark.parametrize(
    ("text", "radius_m"),
    [
        ("https://www.google.com/maps/@34.0863,49.6894,15z", 396),
        ("https://neshan.org/maps/@34.0863,49.6894,17z", 99),
        ("https://www.openstreetmap.org/#map=12/34.0863/49.6894", 3166),
        ("https://balad.ir/#15/34.0863/49.6894", 396),
    ],
)
def test_a5_the_view_of_a_map_is_as_sure_as_it_is_near(text: str, radius_m: float) -> None:
    found = reading(text)
    assert (found.lat, found.lon) == HERE
    assert (found.basis, found.uncertainty_m) == (ReadFrom.MAP_VIEW, radius_m)


@pytest.mark.parametrize(
    ("text", "radius_m"),
    [
        ("geo:34.0863,49.6894", 15),
        ("geo:34.0863,49.6894;u=350", 350),
        ("geo:34.0863,49.6894;crs=wgs84;u=2", 10),
        ("geo:0,0?q=34.0863,49.6894(Here)", 15),
    ],
)
def test_a5_geo_uris(text: str, radius_m: float) -> None:
    found = reading(text)
    assert (found.lat, found.lon) == HERE
    assert (found.basis, found.uncertainty_m) == (ReadFrom.GEO_URI, radius_m)


@pytest.mark.parametrize(
    "text",
    [
        "39S 379088 3772500",
        "39 S 379088 3772500",
        "39N 379088 3772500",
        "39 379088 3772500",
        "UTM 39S 379088mE 3772500mN",
        "۳۹S ۳۷۹۰۸۸ ۳۷۷۲۵۰۰",
    ],
)
def test_a5_utm(text: str) -> None:
    found = reading(text)
    assert span_m(found.lat, found.lon, *HERE) < 2
    assert found.basis is ReadFrom.UTM


def test_utm_of_the_south() -> None:
    assert reading("39K 379088 7772621").lat < 0


@pytest.mark.parametrize(
    "text",
    [
        "https://[bad",
        "http://a]b/@34.0863,49.6894",
        "http://[::1/",
        "geo:34.0863,49.6894;u=" + "9" * 400,
    ],
)
def test_a5_a_link_that_is_none_or_says_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, in_region)
    assert [fault.field for fault in refused.value.errors] == ["text"]
