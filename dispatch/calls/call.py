"""A call's status is a table: ringing, answered, ended or abandoned; and the relevance gate.

Most calls are not for this service. Each passes the gate: a relevance, and what became of it.
Only a relevant call opens an incident or joins one.
"""

from collections.abc import Sequence
from enum import StrEnum

from kit.errors import Conflict, invalid
from kit.states import Table


class CallStatus(StrEnum):
    """Where a call stands."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    ABANDONED = "abandoned"


class CallAct(StrEnum):
    """What can be done to a call. ``mend``: the exchange tells late that it was answered."""

    ANSWER = "answer"
    TAKE = "take"
    END = "end"
    ABANDON = "abandon"
    CLASSIFY = "classify"
    ATTACH = "attach"
    PASS_ON = "pass_on"  # noqa: S105 - no password
    MEND = "mend"


S, A = CallStatus, CallAct

CALL = Table(
    "call",
    {
        (S.RINGING, A.ANSWER): S.ANSWERED,
        (S.RINGING, A.ABANDON): S.ABANDONED,
        (S.ANSWERED, A.TAKE): S.ANSWERED,
        (S.ANSWERED, A.CLASSIFY): S.ANSWERED,
        (S.ANSWERED, A.ATTACH): S.ANSWERED,
        (S.ANSWERED, A.PASS_ON): S.ANSWERED,
        (S.ANSWERED, A.END): S.ENDED,
        (S.ENDED, A.CLASSIFY): S.ENDED,
        (S.ENDED, A.ATTACH): S.ENDED,
        (S.ENDED, A.PASS_ON): S.ENDED,
        (S.ABANDONED, A.MEND): S.ENDED,
    },
)


class Relevance(StrEnum):
    """What a call is to this service; names stand in the code list ``call_relevance``."""

    RELEVANT = "relevant"
    INFORMATION = "information"
    GUIDANCE = "guidance"
    REFERRAL = "referral"
    IRRELEVANT = "irrelevant"
    NUISANCE = "nuisance"


class Outcome(StrEnum):
    """What became of a call; names stand in the code list ``call_outcome``."""

    INCIDENT_OPENED = "incident_opened"
    INCIDENT_JOINED = "incident_joined"
    PHONE_ONLY = "phone_only"
    REFERRAL_ONLY = "referral_only"
    INFORMED = "informed"
    NO_ACTION = "no_action"
    CALLER_LEFT = "caller_left"
    PASSED_ON = "passed_on"


R, O = Relevance, Outcome  # noqa: E741 - the letter is the word's own

GATE: dict[Relevance, tuple[Outcome, ...]] = {
    R.RELEVANT: (O.PHONE_ONLY, O.REFERRAL_ONLY, O.CALLER_LEFT),
    R.INFORMATION: (O.INFORMED, O.CALLER_LEFT),
    R.GUIDANCE: (O.PHONE_ONLY, O.CALLER_LEFT),
    R.REFERRAL: (O.REFERRAL_ONLY, O.CALLER_LEFT),
    R.IRRELEVANT: (O.NO_ACTION,),
    R.NUISANCE: (O.NO_ACTION,),
}
"""What a person may say became of a call of each relevance, the usual one first."""


def outcome_of(relevance: Relevance, said: Outcome | None) -> Outcome:
    """Return what became of a call: what was said, else the usual. Raises Invalid.

    A relevant call has no usual outcome: somebody needs help.
    """
    possible = GATE[relevance]
    if said is None and relevance is Relevance.RELEVANT:
        raise invalid("outcome", f"a relevant call needs one: {_listed(possible)}")
    if said is not None and said not in possible:
        raise invalid("outcome", f"a call that is {relevance} has one of: {_listed(possible)}")
    return said or possible[0]


def _listed(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(outcomes)


def check_settled(call_id: int, outcome: str | None) -> None:
    """Refuse to change what binds others: an incident has the call, or another desk. Conflict."""
    if outcome == Outcome.PASSED_ON:
        raise Conflict(f"call {call_id} was passed on already", code="call_passed_on")
    if outcome in {Outcome.INCIDENT_OPENED, Outcome.INCIDENT_JOINED}:
        raise Conflict(f"call {call_id} belongs to an incident already", code="call_has_incident")


OPEN = "(ended_at IS NULL OR outcome IS NULL AND status <> 'abandoned')"
"""SQL: the desk still has something to do about the call."""
