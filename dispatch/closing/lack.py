"""What an incident still lacks for its closing, and how a person is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kit.errors import Conflict


class Lack(StrEnum):
    """What a closing may lack."""

    HAND_OVER = "hand_over"
    PROSECUTOR_REPORT = "prosecutor_report"


TOLD = {
    Lack.HAND_OVER: "no hand-over is recorded of a person who was transported",
    Lack.PROSECUTOR_REPORT: "a child was removed and the report to the prosecutor has no number",
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
    removals that the prosecutor was not told of.
    """

    wants_hand_over: bool
    hand_overs: int
    not_handed_over: int
    unreported: int


def lacks(standing: Standing) -> list[Lack]:
    """Return what must be done before the incident may close."""
    found = {
        Lack.HAND_OVER: standing.wants_hand_over
        and (standing.not_handed_over > 0 or standing.hand_overs == 0),
        Lack.PROSECUTOR_REPORT: standing.unreported > 0,
    }
    return [lack for lack, is_lacking in found.items() if is_lacking]
