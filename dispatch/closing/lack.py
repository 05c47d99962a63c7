"""What an incident still lacks for its closing, and how a person is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import Conflict


class Lack(StrEnum):
    """What a closing may lack."""

    HAND_OVER = "hand_over"
    PROSECUTOR_REPORT = "prosecutor_report"
    REFERRAL_OWNER = "referral_owner"
    FOLLOW_UP = "follow_up"


TOLD = {
    Lack.HAND_OVER: "no hand-over is recorded of a person who was transported",
    Lack.PROSECUTOR_REPORT: "a child was removed and the report to the prosecutor has no number",
    Lack.REFERRAL_OWNER: "a referral that its agency has not accepted is owned by nobody",
    Lack.FOLLOW_UP: "this group needs a follow-up, or a reason for none",
}


class ClosingLacks(Conflict):
    """It may not be closed yet (409); the context's ``lacks`` says why, each a ``Lack``."""

    code = "closing_lacks"

    def __init__(self, lacks: Sequence[Lack]) -> None:
        told = "; ".join(TOLD[lack] for lack in lacks)
        super().__init__(f"it cannot be closed yet: {told}", lacks=[lack.value for lack in lacks])


@dataclass(frozen=True)
class Standing:
    """How an incident stands before its closing.

    ``wants_hand_over``: its disposition says that somebody was transported; ``hand_overs`` of it,
    and ``not_handed_over``: the units that transported and recorded none. ``unreported``:
    removals that the prosecutor was not told of. ``unowned``: referrals that are not accepted and
    that nobody answers for. ``wants_follow_up``: the group does; ``follow_ups``: those set so far.
    """

    wants_hand_over: bool
    hand_overs: int
    not_handed_over: int
    unreported: int
    unowned: int
    wants_follow_up: bool
    follow_ups: int


def lacks(standing: Standing, why_no_follow_up: str | None) -> list[Lack]:
    """Return what must be done before the incident may close."""
    found = {
        Lack.HAND_OVER: standing.wants_hand_over
        and (standing.not_handed_over > 0 or standing.hand_overs == 0),
        Lack.PROSECUTOR_REPORT: standing.unreported > 0,
        Lack.REFERRAL_OWNER: standing.unowned > 0,
        Lack.FOLLOW_UP: standing.wants_follow_up
        and standing.follow_ups == 0
        and why_no_follow_up is None,
    }
    return [lack for lack, is_lacking in found.items() if is_lacking]
