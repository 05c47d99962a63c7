"""The dated rules of history: how long it is kept, how fine, and what a gap and a stop are."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from kit.errors import Conflict, Fault, Invalid

Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class HistoryRules(msgspec.Struct, frozen=True):
    """A day is dropped after ``history_keep_days``; after ``history_thin_after_days`` a unit keeps
    one fix in ``history_thin_to_s``.

    Fixes further apart than ``track_gap_s`` are not joined by a line. Who stays within
    ``stop_radius_m`` for ``stop_after_s`` has stopped.
    """

    history_keep_days: Days
    history_thin_after_days: Days
    history_thin_to_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)]
    track_gap_s: Positive
    stop_radius_m: Positive
    stop_after_s: Positive


def read_rules(values: Mapping[str, Any]) -> HistoryRules:
    """Return the rules from name → value. Raises Conflict (``no_rule``) or Invalid."""
    if lacking := [name for name in HistoryRules.__struct_fields__ if name not in values]:
        raise Conflict(f"no such rule on this day: {', '.join(lacking)}", code="no_rule")
    try:
        return msgspec.convert(dict(values), HistoryRules)
    except msgspec.ValidationError as error:
        raise Invalid(f"rules: {error}", errors=[Fault("rules", str(error))]) from error
