"""The real ground, as it stands in data/."""

from pathlib import Path

import pytest

from geo.area import Areas
from geo.geojson import AreaFeature, read_areas

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def counties() -> list[AreaFeature]:
    return read_areas((DATA / "county_boundaries.geojson").read_bytes())


@pytest.fixture(scope="session")
def areas(counties: list[AreaFeature]) -> Areas:
    return Areas((county.code, county.polygon) for county in counties)
