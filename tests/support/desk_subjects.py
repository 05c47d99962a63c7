"""The tables of states of the desk itself: hand-offs of ownership, transfers, four eyes."""

from typing import Any

from dispatch.approvals.approval import APPROVAL, ApprovalAct, ApprovalStatus
from dispatch.ownership.handoff import HANDOFF, HandoffAct, HandoffStatus
from dispatch.transfers.transfer import TRANSFER, TransferAct, TransferStatus
from tests.support.things import new_incident
from tests.support.transitions import SECOND, Code, Door, Ground, Subject, Thing

HANDING = {"to": SECOND, "reason": Code("handoff_reason")}
SENDING = {"to": Code("desk"), "reason": Code("transfer_reason")}
LOWERING = {
    "act": "priority_lowered",
    "value": "2",
    "act_reason": Code("priority_reason"),
    "reason": Code("approval_reason"),
}
"""What is sensitive by default and changes no status of the incident."""

ACCEPT = Door((HandoffAct.ACCEPT,), "/incidents/{incident_id}/handoff/accept", second=True)
DECLINE = Door(
    (HandoffAct.DECLINE,),
    "/incidents/{incident_id}/handoff/decline",
    {"reason": Code("handoff_refusal")},
    second=True,
)
WITHDRAW = Door((HandoffAct.WITHDRAW,), "/incidents/{incident_id}/handoff/withdraw")
RECEIVE = Door(
    (TransferAct.RECEIVE,), "/incidents/{incident_id}/transfer/received", {"receiver": "R"}
)
TAKE_BACK = Door(
    (TransferAct.TAKE_BACK,),
    "/incidents/{incident_id}/transfer/take-back",
    {"reason": Code("transfer_end_reason")},
)
_REFUSED = {"reason": Code("approval_refusal")}
DECISIONS = {
    act: Door((act,), f"/approvals/{{approval_id}}/{word}", body, second=second)
    for act, word, body, second in (
        (ApprovalAct.APPROVE, "approve", {}, True),
        (ApprovalAct.REFUSE, "refuse", _REFUSED, True),
        (ApprovalAct.WITHDRAW, "withdraw", {}, False),
        (ApprovalAct.GO_ALONE, "alone", {"reason": Code("alone_reason")}, False),
        (ApprovalAct.REVIEW, "review", {}, True),
        (ApprovalAct.OBJECT, "object", _REFUSED, True),
    )
}
HANDOFF_ENDS = {
    HandoffStatus.ACCEPTED: ACCEPT,
    HandoffStatus.DECLINED: DECLINE,
    HandoffStatus.WITHDRAWN: WITHDRAW,
}
TRANSFER_ENDS = {TransferStatus.RECEIVED: RECEIVE, TransferStatus.TAKEN_BACK: TAKE_BACK}
APPROVAL_STEPS = {
    ApprovalStatus.APPROVED: [ApprovalAct.APPROVE],
    ApprovalStatus.REFUSED: [ApprovalAct.REFUSE],
    ApprovalStatus.WITHDRAWN: [ApprovalAct.WITHDRAW],
    ApprovalStatus.ALONE: [ApprovalAct.GO_ALONE],
    ApprovalStatus.REVIEWED: [ApprovalAct.GO_ALONE, ApprovalAct.REVIEW],
    ApprovalStatus.OBJECTED: [ApprovalAct.GO_ALONE, ApprovalAct.OBJECT],
}


async def through(ground: Ground, thing: Thing, *doors: Door) -> None:
    """Ask each door in turn for a thing. Raises when one refuses."""
    for door in doors:
        (await door.ask(ground, thing)).raise_for_status()


async def handoff(ground: Ground, state: HandoffStatus, _: Any = None) -> Thing:
    """Return the hand-off of an incident to the second dispatcher, in a state."""
    thing = {"incident_id": await new_incident(ground)}
    await ground.post(f"/incidents/{thing['incident_id']}/handoff", **HANDING)
    if state in HANDOFF_ENDS:
        await through(ground, thing, HANDOFF_ENDS[state])
    return thing


async def transfer(ground: Ground, state: TransferStatus, _: Any = None) -> Thing:
    """Return an incident's transfer to another desk in a state."""
    thing = {"incident_id": await new_incident(ground)}
    await ground.post(f"/incidents/{thing['incident_id']}/transfer", **SENDING)
    if state in TRANSFER_ENDS:
        await through(ground, thing, TRANSFER_ENDS[state])
    return thing


async def approval(ground: Ground, state: ApprovalStatus, _: Any = None) -> Thing:
    """Return a request for a second person in a state."""
    incident_id = await new_incident(ground, 1)
    made = await ground.post(f"/incidents/{incident_id}/approvals", **LOWERING)
    thing = {"incident_id": incident_id, "approval_id": made["id"]}
    if state is ApprovalStatus.EXPIRED:
        await ground.sql(
            "UPDATE approval SET status = 'expired', decided_at = now() WHERE id = %s", made["id"]
        )
    await through(ground, thing, *(DECISIONS[act] for act in APPROVAL_STEPS.get(state, [])))
    return thing


DESK = (
    Subject(
        HANDOFF,
        handoff,
        (ACCEPT, DECLINE, WITHDRAW),
        ("(SELECT incident_id AS id, status FROM handoff) h", "incident_id"),
    ),
    Subject(
        TRANSFER,
        transfer,
        (RECEIVE, TAKE_BACK),
        ("(SELECT incident_id AS id, status FROM transfer) t", "incident_id"),
    ),
    Subject(
        APPROVAL,
        approval,
        tuple(DECISIONS.values()),
        ("approval", "approval_id"),
        {ApprovalAct.EXPIRE: "the clock: tests/dispatch/approvals"},
    ),
)
