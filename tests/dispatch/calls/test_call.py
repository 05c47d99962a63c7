"""A call's status table and the relevance gate, without a database."""

import itertools

import pytest

from dispatch.calls.call import (
    CALL,
    GATE,
    CallAct,
    CallStatus,
    Outcome,
    Relevance,
    check_settled,
    outcome_of,
)
from geo.queries import codes
from kit.db import Connection
from kit.errors import Conflict, Invalid
from kit.states import IllegalTransition
from tests.support.scene import DAY

LEGAL = {
    "ringing": {"answer": "answered", "abandon": "abandoned"},
    "answered": {
        "take": "answered",
        "classify": "answered",
        "attach": "answered",
        "pass_on": "answered",
        "end": "ended",
    },
    "ended": {"classify": "ended", "attach": "ended", "pass_on": "ended"},
    "abandoned": {"mend": "ended"},
}


@pytest.mark.parametrize(("status", "act"), list(itertools.product(CallStatus, CallAct)))
def test_only_what_the_table_says_happens(status: CallStatus, act: CallAct) -> None:
    after = LEGAL[status].get(act)
    if after is None:
        with pytest.raises(IllegalTransition, match="possible"):
            CALL.after(status, act)
    else:
        assert CALL.after(status, act) == after


@pytest.mark.parametrize(
    ("relevance", "said"), list(itertools.product(Relevance, [None, *Outcome]))
)
def test_the_gate_takes_only_outcomes_that_go_with_the_relevance(
    relevance: Relevance, said: Outcome | None
) -> None:
    possible = GATE[relevance]
    if said in possible:
        assert outcome_of(relevance, said) is said
    elif said is None and relevance is not Relevance.RELEVANT:
        assert outcome_of(relevance, None) is possible[0]
    else:
        with pytest.raises(Invalid) as refusal:
            outcome_of(relevance, said)
        assert [fault.field for fault in refusal.value.errors] == ["outcome"]


def test_no_one_says_by_hand_that_a_call_has_an_incident_or_another_desk() -> None:
    by_acts = {Outcome.INCIDENT_OPENED, Outcome.INCIDENT_JOINED, Outcome.PASSED_ON}
    assert set(itertools.chain(*GATE.values())) == set(Outcome) - by_acts


@pytest.mark.parametrize("outcome", Outcome)
def test_what_binds_others_is_settled(outcome: Outcome) -> None:
    codes_of = {
        "passed_on": "call_passed_on",
        "incident_opened": "call_has_incident",
        "incident_joined": "call_has_incident",
    }
    if outcome not in codes_of:
        check_settled(1, outcome)
        return
    with pytest.raises(Conflict) as refusal:
        check_settled(1, outcome)
    assert refusal.value.code == codes_of[outcome]


async def test_every_relevance_and_outcome_has_its_names(seeded_conn: Connection) -> None:
    lists = await codes(seeded_conn, DAY)
    assert {word["code"] for word in lists["call_relevance"]} == set(Relevance)
    assert {word["code"] for word in lists["call_outcome"]} == set(Outcome)
    assert {word["code"] for word in lists["call_channel"]} == {
        "123", "110", "115", "hospital", "school", "walk_in", "other_province",
    }  # fmt: skip
