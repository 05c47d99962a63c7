"""Any GeoJSON of areas is read; a broken one is refused with the place of each fault."""

import json
import math
from typing import Any

import pytest
import shapely

from geo.geojson import AreaFeature, BadGround, Options, collisions, read_areas
from kit.errors import Malformed

Ring = list[list[float]]


def square(west: float, south: float, size: float = 1.0) -> Ring:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(*rings: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def faults_of(text: str, options: Options | None = None) -> list[tuple[str, str]]:
    with pytest.raises(BadGround) as refusal:
        read_areas(text, options)
    assert refusal.value.problem().status == 422
    return [(fault.field, fault.fault) for fault in refusal.value.errors]


GOOD = feature(square(10, 60), name="Good")
BOW_TIE = [[10, 60], [11, 61], [11, 60], [10, 61], [10, 60]]


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"type": "FeatureCollection",', "nonsense", b"\xff\xfe\xff", "[" * 100_000],
)
def test_what_is_not_json_is_malformed(text: str | bytes) -> None:
    with pytest.raises(Malformed, match="not JSON"):
        read_areas(text)


@pytest.mark.parametrize(
    ("text", "field", "fault"),
    [
        ("[]", "type", "FeatureCollection"),
        (json.dumps(GOOD), "type", "FeatureCollection"),
        (collection(), "features", "at least one"),
        ('{"type": "FeatureCollection"}', "features", "at least one"),
        ('{"type": "FeatureCollection", "features": {}}', "features", "at least one"),
        (collection(GOOD, crs={"properties": {"name": "EPSG:32639"}}), "crs", "WGS 84"),
        (collection(GOOD, crs="local"), "crs", "WGS 84"),
        (collection(GOOD, 7), "features[1]", "not a Feature"),
        (collection(GOOD, {"type": "Feature"}), "features[1].geometry", "missing"),
    ],
)
def test_what_is_no_collection_of_areas_is_refused(text: str, field: str, fault: str) -> None:
    [(found_field, found_fault)] = faults_of(text)
    assert found_field == field
    assert fault in found_fault


@pytest.mark.parametrize(
    ("rings", "fault", "place"),
    [
        ([square(10, 60)[:-1]], "not closed", "at 10.0, 60.0, ends at 10.0, 61.0"),
        ([[*square(10, 60)[:2], [10, 60]]], "ring of 3 points", "at 10.0, 60.0"),
        ([[]], "empty ring", ""),
        ([], "without rings", ""),
        ([[[10, 60], [11, math.nan], [11, 61], [10, 60]]], "off the earth", "11, nan"),
        ([[[10, 60], [math.inf, 60], [11, 61], [10, 60]]], "off the earth", "inf, 60"),
        ([[[10, 60], [11, 95], [11, 61], [10, 60]]], "off the earth", "11, 95"),
        ([[[450000, 60], [11, 61], [11, 62], [450000, 60]]], "off the earth", "450000, 60"),
        ([[[10, 60], ["11", 61], [11, 61], [10, 60]]], "not [lon, lat]", "['11', 61]"),
        ([[[10, 60], [11], [11, 61], [10, 60]]], "not [lon, lat]", "[11]"),
        ([[[10, 60], None, [11, 61], [10, 60]]], "not [lon, lat]", "None"),
        ([[[10, 60], [True, 61], [11, 61], [10, 60]]], "not [lon, lat]", "[True, 61]"),
        ([BOW_TIE], "Self-intersection", "at 10.5, 60.5"),
        ([square(10, 60), square(20, 60)], "Hole lies outside shell", "at 20.0, 60.0"),
        (
            [square(10, 60, 4), square(11, 61, 2), square(11.5, 61.5, 0.5)],
            "nested",
            "at 11.5, 61.5",
        ),
        ([[[10, 60], [11, 61], [10, 60], [10, 60]]], "not valid", ""),
    ],
)
def test_a_bad_ring_is_refused_with_its_place(rings: list[Any], fault: str, place: str) -> None:
    [(field, found)] = faults_of(collection(GOOD, feature(*rings)))
    assert field == "features[1].geometry"
    assert fault in found
    assert place in found


@pytest.mark.parametrize("kind", ["Point", "LineString", "GeometryCollection", "polygon", None])
def test_what_has_no_area_is_refused(kind: str | None) -> None:
    other = {"type": "Feature", "geometry": {"type": kind, "coordinates": [10, 60]}}
    [(field, fault)] = faults_of(collection(other))
    assert field == "features[0].geometry"
    assert str(kind) in fault


def test_all_faults_are_told_at_once() -> None:
    text = collection(feature(BOW_TIE), GOOD, feature(square(5, 5)[:-1], square(5, 5)[:3]), 3)
    fields = [field for field, _ in faults_of(text)]
    assert fields == ["features[0].geometry", *["features[2].geometry"] * 2, "features[3]"]


def test_one_code_twice_is_refused() -> None:
    text = collection(
        feature(square(10, 60), code="X", name="One"), feature(square(11, 60), code="X", name="Two")
    )
    assert faults_of(text) == [("features", "the code X stands 2 times: One, Two")]


def test_an_overlap_is_refused_with_its_place_and_size() -> None:
    text = collection(
        feature(square(10, 0), code="A", name="West"), feature(square(10.9, 0), code="B")
    )
    [(field, fault)] = faults_of(text)
    assert field == "features[1].geometry"
    assert fault.startswith("A (West) and B overlap")
    [lon, lat] = [float(part) for part in fault.rpartition(" at ")[2].split(", ")]
    assert 10.9 < lon < 11
    assert 0 < lat < 1
    area_m2 = float(fault.partition(" of ")[2].partition(" m²")[0].replace(",", ""))
    assert area_m2 == pytest.approx(0.1 * 111_195 * 111_195, rel=0.001)


def surrounded(hole: Ring) -> str:
    return collection(feature(square(10, 0, 3), hole, code="ring"), feature(square(13, 0, 3)))


def test_a_gap_is_refused_with_its_place_unless_allowed() -> None:
    text = surrounded(square(11, 1))
    [(field, fault)] = faults_of(text)
    assert field == "features"
    assert "gap" in fault
    assert "at 11.5, 1.5" in fault
    assert len(read_areas(text, Options(allow_gaps=True))) == 2


def test_a_gap_between_two_areas_is_found() -> None:
    bay = [[10, 0], [13, 0], [13, 1], [12, 1], [12, 2], [13, 2], [13, 3], [10, 3], [10, 0]]
    [(_, fault)] = faults_of(collection(feature(bay), feature(square(13, 0, 3))))
    assert "gap" in fault
    assert "at 12.5, 1.5" in fault


def test_an_island_in_a_gap_leaves_the_gap_around_it() -> None:
    ring = feature(square(10, 0, 3), square(11, 1))
    [(_, fault)] = faults_of(collection(ring, feature(square(11.25, 1.25, 0.5))))
    assert "gap" in fault


@pytest.mark.parametrize("shift", [5e-6, -5e-6])
def test_slivers_of_half_a_metre_pass_and_a_tolerance_of_zero_finds_them(shift: float) -> None:
    wavy = square(11, 0)
    wavy[3:4] = [[11, 1], [11 + shift, 0.6], [11 + shift, 0.4]]
    text = collection(feature(square(10, 0)), feature(wavy))
    assert len(read_areas(text)) == 2
    assert len(faults_of(text, Options(tolerance_m=0))) == 1


def test_areas_that_only_touch_fit() -> None:
    text = collection(feature(square(10, 0)), feature(square(11, 0)), feature(square(12, 1)))
    assert len(read_areas(text, Options(tolerance_m=0))) == 3


def test_heights_are_dropped_and_shells_wind_counter_clockwise() -> None:
    ring = [[*point, 1200.0] for point in reversed(square(10, 60))]
    [area] = read_areas(collection(feature(ring)))
    assert not area.polygon.has_z
    assert shapely.get_parts(area.polygon)[0].exterior.is_ccw


def test_a_multipolygon_is_one_area() -> None:
    geometry = {"type": "MultiPolygon", "coordinates": [[square(10, 0)], [square(20, 0)]]}
    [area] = read_areas(collection({"type": "Feature", "properties": None, "geometry": geometry}))
    assert area.code == "1"
    assert len(area.polygon.geoms) == 2


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"])
def test_wgs84_by_its_old_names_passes(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert len(read_areas(collection(GOOD, crs=crs))) == 1


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, ("1", "1", "1", None)),
        ({"name": "Bury"}, ("1", "Bury", "Bury", None)),
        ({"code": 7, "name_fa": "قم", "name_en": "Qom"}, ("7", "قم", "Qom", None)),
        ({"shapeID": "x", "shapeName": "Qom"}, ("x", "Qom", "Qom", None)),
        ({"id": "E1", "population_2016": 12}, ("E1", "E1", "E1", 12)),
        ({"population": "many"}, ("1", "1", "1", None)),
    ],
)
def test_usual_properties_are_found(properties: dict[str, Any], expected: tuple[Any, ...]) -> None:
    [area] = read_areas(collection(feature(square(10, 60), **properties)))
    assert (area.code, area.name_fa, area.name_en, area.population) == expected


def test_the_features_own_id_comes_first() -> None:
    [area] = read_areas(collection({**GOOD, "id": 0}))
    assert area.code == "0"


def test_options_name_the_properties_and_a_lacking_one_is_told() -> None:
    options = Options(code="k", name_fa="f", name_en="e", population="p")
    text = collection(feature(square(10, 60), k="K", f="F", e="E", p=3.0, code="no"))
    [area] = read_areas(text, options)
    assert (area.code, area.name_fa, area.name_en, area.population) == ("K", "F", "E", 3)
    lacking = collection(feature(square(10, 60), f="F", e="E", p=3))
    assert faults_of(lacking, options) == [("features[0].properties.k", "is missing")]


def test_new_areas_over_standing_ones_are_told() -> None:
    [area] = read_areas(collection(feature(square(10, 0), code="new")))
    standing = [("old", shapely.box(10.5, 0, 12, 1)), ("beside", shapely.box(11, 0, 12, 1))]
    [fault] = collisions([area], standing, 1.0)
    assert fault.field == "features[0].geometry"
    assert "new overlaps old" in fault.fault


def test_the_real_ground_fits_without_any_tolerance(counties: list[AreaFeature]) -> None:
    assert len(counties) == 12
    assert all(county.population for county in counties)
