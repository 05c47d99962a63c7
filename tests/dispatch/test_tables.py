"""The tables of states: what they lack does not happen, and the refusal says what can."""

import itertools
from typing import Any

import pytest

from dispatch.approvals.approval import APPROVAL, ApprovalAct, ApprovalStatus
from dispatch.assignments.assignment import STEPS, Milestone
from dispatch.assignments.offer import OFFER, OfferAct, OfferStatus
from dispatch.broadcasts.broadcast import BROADCAST, BroadcastAct, BroadcastStatus
from dispatch.channels.message import MESSAGE, MessageAct, MessageStatus
from dispatch.followups.followup import FOLLOW_UP, FollowUpAct, FollowUpStatus
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from dispatch.ownership.handoff import HANDOFF, HandoffAct, HandoffStatus
from dispatch.partners.relay import RELAY, RelayAct, RelayStatus
from dispatch.referrals.referral import REFERRAL, ReferralAct, ReferralStatus
from dispatch.removals.removal import REMOVAL, RemovalAct, RemovalStatus
from dispatch.scenes.scene import SCENE, SceneAct, SceneStatus
from dispatch.tasks.task import TASK, TaskAct, TaskStatus
from dispatch.transfers.transfer import TRANSFER, TransferAct, TransferStatus
from fleet.units.unit import UNIT, UnitAct, UnitStatus
from kit.states import IllegalTransition, Table

TABLES: list[tuple[Table[Any, Any], Any, Any]] = [
    (UNIT, UnitStatus, UnitAct),
    (INCIDENT, IncidentStatus, IncidentAct),
    (OFFER, OfferStatus, OfferAct),
    (TASK, TaskStatus, TaskAct),
    (MESSAGE, MessageStatus, MessageAct),
    (REMOVAL, RemovalStatus, RemovalAct),
    (REFERRAL, ReferralStatus, ReferralAct),
    (SCENE, SceneStatus, SceneAct),
    (FOLLOW_UP, FollowUpStatus, FollowUpAct),
    (BROADCAST, BroadcastStatus, BroadcastAct),
    (RELAY, RelayStatus, RelayAct),
    (HANDOFF, HandoffStatus, HandoffAct),
    (TRANSFER, TransferStatus, TransferAct),
    (APPROVAL, ApprovalStatus, ApprovalAct),
]
PAIRS = [
    pytest.param(table, state, act, id=f"{table.subject}-{state}-{act}")
    for table, states, acts in TABLES
    for state, act in itertools.product(states, acts)
]


@pytest.mark.parametrize(("table", "state", "act"), PAIRS)
def test_a_pair_leads_on_or_is_refused_with_what_is_possible(
    table: Table[Any, Any], state: Any, act: Any
) -> None:
    if (state, act) in table.rows:
        assert table.after(state, act) is table.rows[state, act]
        assert state.value in table.sources(act)
        return
    with pytest.raises(IllegalTransition) as refused:
        table.after(state, act)
    problem = refused.value.problem()
    assert (problem.status, problem.code) == (409, "illegal_transition")
    assert problem.context == {"state": state.value, "act": act.value}
    possible = ", ".join(a.value for s, a in table.rows if s is state) or "nothing"
    assert problem.detail == (
        f"the {table.subject} is {state.value}: cannot {act.value}; possible: {possible}"
    )
    assert state.value not in table.sources(act)


@pytest.mark.parametrize(("table", "states", "acts"), TABLES)
def test_every_state_is_reached_and_every_act_does_something(
    table: Table[Any, Any], states: Any, acts: Any
) -> None:
    first = next(iter(states))
    reached, before = {first}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for state, _, after in table if state in before}
    assert reached == set(states)
    assert {act for _, act, _ in table} == set(acts)


@pytest.mark.parametrize("milestone", Milestone)
def test_a_milestone_is_possible_just_where_its_act_is(milestone: Milestone) -> None:
    step = STEPS[milestone]
    if step.act:
        assert sorted(step.during) == sorted(UNIT.sources(step.act))
    assert set(step.during) <= set(UnitStatus)
