"""Whether a vehicle is ready: no defect that blocks, no blocking check that is overdue."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

DEFECT = "defect"


class Severity(StrEnum):
    """Whether a defect keeps the vehicle at home or is only noted."""

    BLOCKS = "blocks"
    NOTE = "note"


class Due(msgspec.Struct, frozen=True):
    """A check that is open: by which day, by which reading, and whether it blocks when overdue."""

    kind: str
    due_on: date | None = None
    due_km: int | None = None
    blocks: bool = False


def is_overdue(check: Due, odometer_km: int | None, today: date) -> bool:
    """Tell whether the last day is over or the reading has been passed."""
    late = check.due_on is not None and today > check.due_on
    far = check.due_km is not None and odometer_km is not None and odometer_km > check.due_km
    return late or far


def not_ready(
    severities: Iterable[str], checks: Iterable[Due], odometer_km: int | None, today: date
) -> list[str]:
    """Return what speaks against a vehicle, ``defect`` first and then overdue kinds by name.

    ``severities`` are those of its open defects. An empty list is a ready vehicle.
    """
    overdue = {one.kind for one in checks if one.blocks and is_overdue(one, odometer_km, today)}
    return [DEFECT] * (Severity.BLOCKS in severities) + sorted(overdue)
