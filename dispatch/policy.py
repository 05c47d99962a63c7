"""The policy: by what a unit is chosen, as a value that is stored with each decision.

What a field leaves at its default changes no order. So a decision that was stored before a field
was thought of is replayed by what counted then.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import msgspec

from geo.rules import PlaceKind, Rules, Tier
from kit.errors import Fault, Invalid

Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Cause(StrEnum):
    """Why a unit is put back in the order, when the policy says so."""

    PAST_SHIFT = "past_shift"
    SHORT_REST = "short_rest"
    WORKLOAD = "workload"
    UNCOVERS = "uncovers"


class Policy(msgspec.Struct, frozen=True):
    """The rules of a day that order units; ``rule`` and ``cover_rule`` are ids of dated rows.

    ``cover_order``: whose units come first; ``place_order``: which kinds of places count, the best
    first. A task takes ``task_s`` from arrival. A unit whose task would end after its shift is put
    back by ``past_shift_penalty_s``, and left out past ``past_shift_limit_s``; one that cleared
    less than ``rest_s`` ago by ``short_rest_penalty_s``, and left out if ``short_rest_excludes``;
    for each task of its shift by ``task_penalty_s``; for each 1,000 people whom it leaves without
    a free unit within ``cover_within_s`` by ``uncover_penalty_s``, and left out past
    ``uncover_limit`` people. ``diverts``: to which priority a unit may be diverted from which
    others, when it is there ``divert_saves_s`` sooner than the first free one; so many are
    ``diverts_listed``. ``weights`` of priorities
    and ``tier_step_s``, the seconds that a tier counts for, are those of matching.
    """

    cover_order: list[Tier]
    cover_rule: str
    place_order: tuple[PlaceKind, ...] = ("fresh",)
    rule: str = ""
    task_s: Seconds = 0.0
    past_shift_penalty_s: Seconds = 0.0
    past_shift_limit_s: Seconds | None = None
    rest_s: Seconds = 0.0
    short_rest_penalty_s: Seconds = 0.0
    short_rest_excludes: bool = False
    task_penalty_s: Seconds = 0.0
    cover_within_s: Seconds = 3600.0
    uncover_penalty_s: Seconds = 0.0
    uncover_limit: int | None = None
    diverts: Mapping[int, list[int]] = {}
    divert_saves_s: Seconds = 0.0
    diverts_listed: int = 5
    weights: Mapping[int, Annotated[float, msgspec.Meta(gt=0)]] = {}
    tier_step_s: Seconds = 0.0

    def may_divert(self, to: int, of: int) -> bool:
        """Tell whether a unit may be taken from a call of priority ``of`` for one of ``to``."""
        return of in self.diverts.get(to, [])


def policy_of(rules: Rules) -> Policy:
    """Return the policy of a day's rules. Raises Invalid when the row ``policy`` cannot be read."""
    given = {
        **rules.policy,
        "rule": rules.policy_rule,
        "cover_order": rules.cover_order,
        "cover_rule": rules.cover_rule,
        "place_order": rules.place_order,
    }
    try:
        return msgspec.convert(given, Policy, str_keys=True)
    except msgspec.ValidationError as error:
        raise Invalid(f"policy: {error}", errors=[Fault("policy", str(error))]) from error
