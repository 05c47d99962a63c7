"""Which column of a file is what: told by option, else guessed from usual names."""

from collections.abc import Mapping, Sequence

from kit.errors import Invalid, invalid

NEEDED = ("time", "lat", "lon")
USUAL: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "unit_id", "vehicle", "vehicle_id", "device", "device_id", "deviceid"),
    "time": ("time", "timestamp", "fixed_at", "fixtime", "datetime", "date_time", "opened_at"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "speed": ("speed_mps",),
    "heading": ("heading", "heading_deg", "bearing", "course"),
    "accuracy": ("accuracy", "accuracy_m"),
    "group": ("group", "type", "category", "nature"),
    "priority": ("priority",),
}
FIX_FIELDS = ("unit", *NEEDED, "speed", "heading", "accuracy")
CALL_FIELDS = (*NEEDED, "group", "priority")


def parse(text: str, fields: Sequence[str], option: str) -> dict[str, str]:
    """Read ``field=column,field=column``. Raises Invalid that names the option."""
    named = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or field not in fields:
            raise invalid(option, f"{pair!r} is not FIELD=COLUMN with FIELD of {', '.join(fields)}")
        named[field] = column
    return named


def has_header(named: Mapping[str, str]) -> bool:
    """Tell whether the columns are named, not counted: ``lat=1,lon=2`` is a file without names."""
    return not named or not all(column.isdecimal() for column in named.values())


def positions(
    named: Mapping[str, str], first_row: Sequence[str], fields: Sequence[str], option: str
) -> dict[str, int]:
    """Return field → index in the row. Raises Invalid when a needed column is missing."""
    if not has_header(named):
        found = {field: int(column) - 1 for field, column in named.items()}
        wrong = [f for f, i in found.items() if not 0 <= i < len(first_row)]
    else:
        header = [name.strip() for name in first_row]
        lower = [name.lower() for name in header]
        wrong = [field for field, column in named.items() if column not in header]
        found = {field: header.index(c) for field, c in named.items() if c in header}
        for field in fields:
            usual = next((lower.index(name) for name in USUAL[field] if name in lower), None)
            if field not in named and usual is not None:
                found[field] = usual
    missing = [field for field in NEEDED if field not in found] + wrong
    if missing:
        raise Invalid(
            f"{option}: no column for {', '.join(dict.fromkeys(missing))};"
            f" the file has: {', '.join(first_row)}"
        )
    return found
