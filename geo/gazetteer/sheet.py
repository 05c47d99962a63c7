"""Rows of the gazetteer as CSV gives them; several names of one thing stand with ``|`` between."""

from typing import Literal

import msgspec

from geo.gazetteer.fold import fold
from geo.sheet import SettlementRow

Kind = Literal["settlement", "town", "village", "landmark"]


class PlaceEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place to keep; ``code`` is whatever its source calls it by."""

    code: str
    kind: Kind
    name_fa: str
    name_en: str
    lat: float
    lon: float
    source: str
    aliases: str = ""
    extent_m: float | None = None
    population: int | None = None

    def spellings(self) -> dict[str, None]:
        """Return the folds of all its names, each once."""
        names = (self.name_fa, self.name_en, *self.aliases.split("|"))
        return {folded: None for name in names if (folded := fold(name))}


class RoadPointEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a kilometre of a road is; the rows of one road have one ``code``."""

    code: str
    name_fa: str
    name_en: str
    km: float
    lat: float
    lon: float
    source: str
    aliases: str = ""


def of_settlement(row: SettlementRow) -> PlaceEntry:
    """Return a populated place of ``data/settlements.csv`` as the gazetteer keeps it."""
    return PlaceEntry(
        code=f"{row.county}-{fold(row.name_en)}",
        kind="settlement",
        name_fa=row.name_fa,
        name_en=row.name_en,
        lat=row.lat,
        lon=row.lon,
        population=row.population,
        source="GeoNames (CC BY 4.0)",
    )
