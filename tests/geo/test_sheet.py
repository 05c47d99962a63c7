import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import msgspec
import pytest

from dispatch.figures.figure import Targets
from dispatch.history.earlier import EarlierRules
from dispatch.links.duplicates import DuplicateRules
from dispatch.watches.queries import WATCHES
from fleet.tracks.rules import HistoryRules
from geo.area import Areas
from geo.gazetteer.extent import ExtentRules
from geo.geojson import AreaFeature
from geo.position import Position
from geo.rules import Rules
from geo.sheet import (
    CentreRow,
    CodeRow,
    GroundRow,
    RuleRow,
    SeatRow,
    SettlementRow,
    SpoofPlaceRow,
    SupportingRow,
    UnitRow,
    read_rows,
)
from kit.errors import Invalid

FILES: dict[str, type[msgspec.Struct]] = {
    "ground.csv": GroundRow,
    "seats.csv": SeatRow,
    "centres.csv": CentreRow,
    "supporting.csv": SupportingRow,
    "codes.csv": CodeRow,
    "spoof_places.csv": SpoofPlaceRow,
    "rules.csv": RuleRow,
    "units.csv": UnitRow,
    "settlements.csv": SettlementRow,
}
EIDO_TYPES = {"ABUSE", "NEGLECT", "DVA", "RUNAWAY", "SUICIDE", "SUICTHRT", "WELFARE"}


def table(data: Path, name: str) -> str:
    return (data / name).read_text(encoding="utf-8")


def test_cells_are_typed_and_an_empty_one_is_no_value() -> None:
    text = "\ufeffcounty,supporter,rank,valid_from,valid_to\nA,B,2,2020-01-01,\n"
    expected = SupportingRow(county="A", supporter="B", rank=2, valid_from=date(2020, 1, 1))
    assert read_rows(text, SupportingRow) == [expected]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("A,B,first,2020-01-01,", "rank"),
        ("A,B,1,yesterday,", "valid_from"),
        ("A,,1,2020-01-01,", "supporter"),
        ("A,B,1,2020-01-01,,more", "None"),
    ],
)
def test_a_bad_cell_is_refused_with_its_line_and_column(cells: str, fault: str) -> None:
    text = f"county,supporter,rank,valid_from,valid_to\nA,B,1,2020-01-01,\n{cells}\n"
    with pytest.raises(Invalid, match="line 3") as refusal:
        read_rows(text, SupportingRow)
    assert fault in refusal.value.errors[0].fault


@pytest.mark.parametrize("name", FILES)
def test_every_table_of_data_can_be_read(data: Path, name: str) -> None:
    assert read_rows(table(data, name), FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_data_is_written_in_persian_letters(data: Path, name: str) -> None:
    for row in csv.DictReader(table(data, name).splitlines()):
        persian = row.get("name_fa") or row.get("seat_fa") or "-"
        assert not set(persian) & set("يكى٤٥٦")


def test_every_seat_and_settlement_lies_in_the_county_it_names(data: Path, areas: Areas) -> None:
    for place in read_rows(table(data, "settlements.csv"), SettlementRow):
        assert areas.locate(Position(place.lat, place.lon)).county == place.county, place.name_en
    for seat in read_rows(table(data, "seats.csv"), SeatRow):
        assert areas.locate(Position(seat.lat, seat.lon)).county == seat.county, seat.seat_en


def test_seats_and_boundaries_tell_the_same_population(
    data: Path, counties: list[AreaFeature]
) -> None:
    seats = {seat.county: seat.population for seat in read_rows(table(data, "seats.csv"), SeatRow)}
    assert seats == {county.code: county.population for county in counties}
    assert sum(filter(None, seats.values())) == 1_429_475


def test_eight_centres_are_open_and_each_county_has_two_supporters_with_one(data: Path) -> None:
    centres = {row.county for row in read_rows(table(data, "centres.csv"), CentreRow)}
    supporting = read_rows(table(data, "supporting.csv"), SupportingRow)
    assert len(centres) == 8
    assert set(Counter(row.county for row in supporting).values()) == {2}
    assert all(row.supporter in centres - {row.county} for row in supporting)


def test_units_stand_at_centres_and_have_known_capabilities(data: Path) -> None:
    centres = {row.code for row in read_rows(table(data, "centres.csv"), CentreRow)}
    codes = read_rows(table(data, "codes.csv"), CodeRow)
    known = {row.code for row in codes if row.domain == "capability"}
    units = read_rows(table(data, "units.csv"), UnitRow)
    assert {unit.centre for unit in units} == centres
    assert len({unit.code for unit in units}) == len(units) == 11
    assert all(set(unit.capabilities.split()) <= known for unit in units)


def test_code_lists_hold_no_code_twice_and_groups_name_their_exchange_type(data: Path) -> None:
    codes = read_rows(table(data, "codes.csv"), CodeRow)
    assert max(Counter((row.domain, row.code) for row in codes).values()) == 1
    groups = [json.loads(row.extra) for row in codes if row.domain == "target_group"]
    assert {group["eido"] for group in groups} <= EIDO_TYPES
    assert [row.code for row in codes if row.domain == "priority"] == ["1", "2", "3", "4"]


def test_the_rules_of_data_are_all_that_rules_need(data: Path) -> None:
    names = {row.name for row in read_rows(table(data, "rules.csv"), RuleRow)}
    watched = set(re.findall(r"name = '(\w+)'", " ".join(WATCHES.values())))
    kinds = (Rules, HistoryRules, ExtentRules, DuplicateRules, EarlierRules, Targets)
    wanted = {name for kind in kinds for name in kind.__struct_fields__}
    asked = {"check_in_every_s", "check_in_during", "task_due_s", "broadcast_max_s"}
    asked |= {"hand_over_dispositions", "removal_report_s", "follow_up_groups", "capacity_stale_s"}
    asked |= {"private_grace_s", "sensitive_acts"}
    assert {"waiting_alarm_s", "acknowledge_within_s"} <= watched
    assert names == (wanted | watched | asked) - {"cover_rule", "policy_rule"}
