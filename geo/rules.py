"""The rules of one day: dated settings that decide who is sent and how long things may take."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from kit.errors import Conflict, Fault, Invalid

Tier = Literal["own", "supporting", "other"]
PlaceKind = Literal["fresh", "last_known", "centre"]
PositiveS = Annotated[int, msgspec.Meta(ge=1)]
Struct = TypeVar("Struct", bound=msgspec.Struct)


class Rules(msgspec.Struct, frozen=True):
    """``cover_order``: whose units come first; ``cover_rule``: the id of the row that says so.

    ``circuity`` and ``speed_kmh`` make the travel model; a place older than ``fix_max_age_s``, or
    ``manual_max_age_s`` when a person set it, is only the last known; an offer that nobody answers
    ends after ``offer_expiry_s``. ``place_order``: which kinds of places count, the best first.
    ``report_…_s``: how often units should report, moving on a job, moving without, standing.
    ``policy``: what else weighs when a unit is chosen, by name; ``policy_rule`` is its row's id.
    """

    cover_order: tuple[Tier, ...]
    circuity: float
    speed_kmh: float
    fix_max_age_s: float
    offer_expiry_s: float
    cover_rule: str = "cover_order"
    place_order: tuple[PlaceKind, ...] = ("fresh", "last_known", "centre")
    manual_max_age_s: float = 900
    report_job_s: PositiveS = 5
    report_moving_s: PositiveS = 15
    report_parked_s: PositiveS = 60
    policy: dict[str, Any] = {}
    policy_rule: str = "policy"


def no_rule(names: Sequence[str]) -> Conflict:
    """Return the refusal to decide without these rules (``no_rule``)."""
    return Conflict(f"no such rule on this day: {', '.join(names)}", code="no_rule")


def read_rules(values: Mapping[str, Any]) -> Rules:
    """Return the rules from name → value. Raises Conflict (``no_rule``) or Invalid."""
    return read_rules_as(values, Rules)


def read_rules_as(values: Mapping[str, Any], kind: type[Struct]) -> Struct:
    """Return the rules that ``kind`` names. Raises Conflict (``no_rule``) or Invalid."""
    needed = [rule.name for rule in msgspec.structs.fields(kind) if rule.required]
    if lacking := [name for name in needed if name not in values]:
        raise no_rule(lacking)
    try:
        return msgspec.convert(dict(values), kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"rules: {error}", errors=[Fault("rules", str(error))]) from error
