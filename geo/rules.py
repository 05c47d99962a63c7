"""The rules of one day: dated settings that decide who is sent and how long things may take."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from kit.errors import Conflict, Fault, Invalid

Tier = Literal["own", "supporting", "other"]


class Rules(msgspec.Struct, frozen=True):
    """``cover_order``: whose units come first; ``cover_rule``: the id of the row that says so.

    ``circuity`` and ``speed_kmh`` make the travel model; a fix older than ``fix_max_age_s``
    counts for nothing; an offer that nobody answers ends after ``offer_expiry_s``.
    """

    cover_order: tuple[Tier, ...]
    circuity: float
    speed_kmh: float
    fix_max_age_s: float
    offer_expiry_s: float
    cover_rule: str = "cover_order"


def read_rules(values: Mapping[str, Any]) -> Rules:
    """Return the rules from name → value. Raises Conflict (``no_rule``) or Invalid."""
    lacking = [name for name in Rules.__struct_fields__ if name not in values]
    if lacking := [name for name in lacking if name != "cover_rule"]:
        raise Conflict(f"no such rule on this day: {', '.join(lacking)}", code="no_rule")
    try:
        return msgspec.convert(dict(values), Rules)
    except msgspec.ValidationError as error:
        raise Invalid(f"rules: {error}", errors=[Fault("rules", str(error))]) from error
