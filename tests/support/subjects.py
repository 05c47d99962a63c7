"""Every table of states of the product: how a thing comes into each state, and who asks for what.

A new table is a function that makes a thing and a ``Subject`` that names the requests of its acts.
"""

from dataclasses import replace
from typing import Any

from dispatch.assignments.offer import OFFER, OfferAct, OfferStatus
from dispatch.calls.call import CALL, CallAct, CallStatus
from dispatch.channels.message import MESSAGE, MessageAct
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from dispatch.tasks.task import TASK, TaskAct, TaskStatus
from fleet.units.unit import BUSY, UNIT, UnitAct, UnitStatus
from kit.clock import now
from tests.support.care_subjects import CARE
from tests.support.desk_subjects import DESK, HANDING, RECEIVE, SENDING, TAKE_BACK
from tests.support.live_subjects import LIVE
from tests.support.things import SHIFT, STEPS, assigned, new_incident, new_unit, reach
from tests.support.transitions import Code, Door, Ground, Of, Subject, Thing

LIVE_UNITS = {"backup": True}


async def unit(ground: Ground, state: UnitStatus, _: Any = None) -> Thing:
    """Return a unit in a state; one that is not on a job has had one."""
    thing = await assigned(ground, await new_unit(ground))
    thing["urgent_id"] = await new_incident(ground, 1)
    if state in BUSY:
        steps = STEPS[: STEPS.index(state) + 1] if state.value in STEPS else []
        await reach(ground, thing, *steps)
        return thing
    why = {"reason": Code("stand_down_reason")}
    await ground.post(f"/assignments/{thing['assignment_id']}/stand-down", **why)
    if state is UnitStatus.OFFERED:
        path = f"/incidents/{await new_incident(ground)}/offers"
        await ground.post(path, unit_id=thing["unit_id"], go_on=False)
    elif state is UnitStatus.OFF_DUTY:
        await ground.post(f"/shifts/{thing['shift_id']}/end")
    elif state is UnitStatus.OUT_OF_SERVICE:
        path = f"/units/{thing['unit_id']}/out-of-service"
        await ground.post(path, reason=Code("out_of_service_reason"))
    return thing


async def incident(ground: Ground, state: IncidentStatus, act: IncidentAct | None = None) -> Thing:
    """Return an incident in a state, with another one and a free unit beside it."""
    free = await new_unit(ground)
    thing = {"other_id": await new_incident(ground), "free_id": free["unit_id"]}
    thing["call_id"] = await _call(ground, CallStatus.ANSWERED)
    before = {
        IncidentAct.UNMERGE: IncidentStatus.WAITING,
        IncidentAct.UNMERGE_HELD: IncidentStatus.HELD,
        IncidentAct.UNMERGE_CLEARED: IncidentStatus.CLEARED,
    }
    if state is IncidentStatus.CLOSED and act in before:
        thing = await incident(ground, before[act])
        await ground.post(f"/incidents/{thing['incident_id']}/merge", into=thing["other_id"])
        return thing
    if state is IncidentStatus.CLEARED and act is IncidentAct.TAKE_IN:
        thing["other_id"] = (await incident(ground, state))["incident_id"]
    if state in {IncidentStatus.RESPONDING, IncidentStatus.CLEARED}:
        thing |= await assigned(ground, await new_unit(ground))
        if state is IncidentStatus.CLEARED:
            await reach(ground, thing, "en_route", "on_scene", "cleared")
        return thing
    thing["incident_id"] = await new_incident(ground)
    path = f"/incidents/{thing['incident_id']}"
    if state is IncidentStatus.HELD:
        await ground.post(f"{path}/hold", reason=Code("hold_reason"))
    elif state is IncidentStatus.TRANSFERRING:
        await ground.post(f"{path}/transfer", **SENDING)
    elif state is IncidentStatus.CLOSED:
        await ground.post(f"{path}/close", disposition="cancelled_by_caller")
    return thing


async def offer(ground: Ground, state: OfferStatus, _: Any = None) -> Thing:
    """Return an offer in a state, with its unit and incident."""
    thing = await new_unit(ground)
    incident_id = await new_incident(ground)
    path = f"/incidents/{incident_id}/offers"
    made = await ground.post(path, unit_id=thing["unit_id"], go_on=False)
    thing |= {"offer_id": made["id"], "incident_id": incident_id}
    path = f"/offers/{made['id']}"
    if state is OfferStatus.ACCEPTED:
        await ground.post(f"{path}/accept")
    elif state is OfferStatus.DECLINED:
        await ground.post(f"{path}/decline", reason=Code("decline_reason"))
    elif state is OfferStatus.WITHDRAWN:
        await ground.post(f"{path}/withdraw", reason=Code("withdraw_reason"))
    elif state is OfferStatus.EXPIRED:
        await ground.sql(
            """WITH u AS (UPDATE unit SET status = 'available' WHERE id = %s),
                 i AS (UPDATE incident SET on_offer = false WHERE id = %s)
               UPDATE offer SET status = 'expired', answered_at = now() WHERE id = %s
               RETURNING id""",
            *(thing["unit_id"], incident_id, made["id"]),
        )
    return thing


async def _call(ground: Ground, state: CallStatus) -> int:
    at = now()
    return await ground.sql(
        """WITH c AS (INSERT INTO call (status, channel, received_at, answered_at, ended_at)
             VALUES (%s, '123', %s, %s, %s) RETURNING id)
           INSERT INTO call_private (call_id) SELECT id FROM c RETURNING call_id""",
        *(state.value, at),
        at if state in {CallStatus.ANSWERED, CallStatus.ENDED} else None,
        at if state in {CallStatus.ENDED, CallStatus.ABANDONED} else None,
    )


async def call(ground: Ground, state: CallStatus, _: Any = None) -> Thing:
    """Return a call of the exchange in a state, which nobody at the desk has yet."""
    return {"call_id": await _call(ground, state), "incident_id": await new_incident(ground)}


async def task(ground: Ground, state: TaskStatus, _: Any = None) -> Thing:
    """Return a task in a state."""
    made = await ground.post(f"/incidents/{await new_incident(ground)}/tasks", kind="police")
    path = f"/tasks/{made['id']}"
    if state in {TaskStatus.TAKEN, TaskStatus.DONE}:
        await ground.post(f"{path}/take")
    ends = {
        TaskStatus.DONE: ("done", "task_result"),
        TaskStatus.REFUSED: ("refuse", "task_refusal"),
        TaskStatus.WITHDRAWN: ("withdraw", "task_withdrawal"),
    }
    if state in ends:
        end, domain = ends[state]
        await ground.post(f"{path}/{end}", reason=Code(domain))
    return {"task_id": made["id"]}


async def message(ground: Ground, state: Any, _: Any = None) -> Thing:
    """Return a message about an open offer in a state."""
    thing = await offer(ground, OfferStatus.OPEN)
    message_id = await ground.sql(
        """INSERT INTO message (offer_id, channel, status, queued_at, queued_by, next_try_at,
             changed_at)
           VALUES (%s, 'sms', %s, now(), 'x', now() + interval '1 day', now()) RETURNING id""",
        *(thing["offer_id"], state.value),
    )
    rows = await ground.server.sql("SELECT key::text FROM message WHERE id = %s", message_id)
    return thing | {"message_id": message_id, "key": rows[0][0]}


def _milestone(act: UnitAct, name: str) -> Door:
    told = {"assignment_id": Of("assignment_id"), "milestone": name}
    return Door(
        (act,),
        "/assignments/{assignment_id}/milestones",
        {"milestone": name},
        {"type": "report", **told},
        codes=("assignment_ended", "already_reported"),
    )


def _answer(act: OfferAct, *, accept: bool, path: str, body: dict[str, Any]) -> Door:
    frame = {"type": "answer", "offer_id": Of("offer_id"), "accept": accept, **body}
    return Door((act,), path, body, frame)


INCIDENTS = Subject(
    INCIDENT,
    incident,
    (
        Door((IncidentAct.PRIORITISE,), "/incidents/{incident_id}/priority", {"priority": 1}),
        Door((IncidentAct.HOLD,), "/incidents/{incident_id}/hold", {"reason": Code("hold_reason")}),
        Door((IncidentAct.RELEASE,), "/incidents/{incident_id}/release"),
        Door(
            (IncidentAct.OFFER,),
            "/incidents/{incident_id}/offers",
            {"unit_id": Of("free_id"), "go_on": False, **LIVE_UNITS},
        ),
        Door(
            (IncidentAct.RESPOND,),
            "/incidents/{incident_id}/assignments",
            {"unit_id": Of("free_id"), **LIVE_UNITS},
        ),
        Door(
            (IncidentAct.CLOSE,),
            "/incidents/{incident_id}/close",
            {"disposition": "cancelled_by_caller"},
        ),
        Door(
            (IncidentAct.REOPEN,),
            "/incidents/{incident_id}/reopen",
            {"reason": Code("reopen_reason")},
        ),
        Door(
            (IncidentAct.MERGE,),
            "/incidents/{incident_id}/merge",
            {"into": Of("other_id")},
            codes=("merge_the_other_way",),
        ),
        Door((IncidentAct.TAKE_IN,), "/incidents/{other_id}/merge", {"into": Of("incident_id")}),
        Door(
            (IncidentAct.JOIN,),
            "/calls/{call_id}/join",
            {"incident_id": Of("incident_id")},
            codes=("incident_closed",),
        ),
        Door(
            (IncidentAct.RECORD,),
            "/incidents/{incident_id}/removals",
            {"reason": Code("removal_reason")},
        ),
        Door((IncidentAct.HAND_OVER,), "/incidents/{incident_id}/handoff", HANDING),
        Door(
            (IncidentAct.TAKE_OVER,),
            "/incidents/{incident_id}/take-over",
            {"reason": Code("take_over_reason")},
            second=True,
        ),
        Door(
            (IncidentAct.TRANSFER,),
            "/incidents/{incident_id}/transfer",
            SENDING,
            codes=("transferred_already",),
        ),
        replace(RECEIVE, acts=(IncidentAct.RECEIVE,), codes=("no_transfer",)),
        replace(TAKE_BACK, acts=(IncidentAct.TAKE_BACK,), codes=("no_transfer",)),
        *(
            Door((act,), "/incidents/{incident_id}/unmerge", codes=("not_merged",))
            for act in (IncidentAct.UNMERGE, IncidentAct.UNMERGE_HELD, IncidentAct.UNMERGE_CLEARED)
        ),
    ),
    ("incident", "incident_id"),
    {
        IncidentAct.RETURN: "its last unit is called off",
        IncidentAct.CLEAR: "its last unit reports cleared",
    },
)
UNITS = Subject(
    UNIT,
    unit,
    (
        Door(
            (UnitAct.SIGN_ON,),
            "/shifts",
            {"unit_id": Of("unit_id"), "crew": [{"name": "B", "role": "driver"}], **SHIFT},
        ),
        Door((UnitAct.SIGN_OFF,), "/shifts/{shift_id}/end"),
        Door(
            (UnitAct.OFFER,),
            "/incidents/{urgent_id}/offers",
            {"unit_id": Of("unit_id"), "go_on": False},
            codes=("unit_taken",),
        ),
        Door(
            (UnitAct.ASSIGN,),
            "/incidents/{urgent_id}/assignments",
            {"unit_id": Of("unit_id")},
            codes=("unit_taken",),
        ),
        _milestone(UnitAct.SET_OUT, "en_route"),
        _milestone(UnitAct.ARRIVE, "on_scene"),
        _milestone(UnitAct.TRANSPORT, "transporting"),
        _milestone(UnitAct.REACH_DESTINATION, "at_destination"),
        _milestone(UnitAct.CLEAR, "cleared"),
        Door(
            (UnitAct.STAND_DOWN,),
            "/assignments/{assignment_id}/stand-down",
            {"reason": Code("stand_down_reason")},
            codes=("assignment_ended",),
        ),
        Door(
            (UnitAct.DIVERT,),
            "/incidents/{urgent_id}/diverts",
            {
                "assignment_id": Of("assignment_id"),
                "reason": Code("divert_reason"),
                "outright": True,
            },
            codes=("assignment_ended",),
            then=(UnitAct.ASSIGN,),
        ),
        Door(
            (UnitAct.TAKE_OUT,),
            "/units/{unit_id}/out-of-service",
            {"reason": Code("out_of_service_reason")},
        ),
        Door((UnitAct.BRING_BACK,), "/units/{unit_id}/bring-back"),
    ),
    ("unit", "unit_id"),
    {
        UnitAct.RELEASE: "its offer ends: see the offer's own table",
        UnitAct.ACCEPT: "its offer is accepted: see the offer's own table",
    },
)
OFFERS = Subject(
    OFFER,
    offer,
    (
        _answer(OfferAct.ACCEPT, accept=True, path="/offers/{offer_id}/accept", body={}),
        _answer(
            OfferAct.DECLINE,
            accept=False,
            path="/offers/{offer_id}/decline",
            body={"reason": Code("decline_reason")},
        ),
        Door(
            (OfferAct.WITHDRAW,), "/offers/{offer_id}/withdraw", {"reason": Code("withdraw_reason")}
        ),
    ),
    ("offer", "offer_id"),
    {OfferAct.EXPIRE: "the clock: tests/dispatch/test_seeking.py"},
)
CALLS = Subject(
    CALL,
    call,
    (
        Door((CallAct.ANSWER, CallAct.TAKE), "/calls/{call_id}/answer"),
        Door((CallAct.END, CallAct.ABANDON), "/calls/{call_id}/end"),
        Door((CallAct.CLASSIFY,), "/calls/{call_id}/classify", {"relevance": "irrelevant"}),
        Door((CallAct.ATTACH,), "/calls/{call_id}/join", {"incident_id": Of("incident_id")}),
        Door((CallAct.PASS_ON,), "/calls/{call_id}/pass-on", {"to": Code("desk")}),
    ),
    ("call", "call_id"),
    {CallAct.MEND: "the exchange tells late: tests/dispatch/exchange"},
)
TASKS = Subject(
    TASK,
    task,
    (
        Door((TaskAct.TAKE,), "/tasks/{task_id}/take"),
        Door((TaskAct.FINISH,), "/tasks/{task_id}/done", {"reason": Code("task_result")}),
        Door((TaskAct.REFUSE,), "/tasks/{task_id}/refuse", {"reason": Code("task_refusal")}),
        Door((TaskAct.WITHDRAW,), "/tasks/{task_id}/withdraw", {"reason": Code("task_withdrawal")}),
    ),
    ("task", "task_id"),
)
MESSAGES = Subject(
    MESSAGE,
    message,
    (
        Door((MessageAct.DELIVER,), event="delivered"),
        Door((MessageAct.FAIL,), event="failed"),
        Door((MessageAct.ANSWER,), event="answered", body={"answer": "2"}),
    ),
    ("message", "message_id"),
    {MessageAct.SEND: "the clock: tests/journeys/test_channels.py"},
)

SUBJECTS = (INCIDENTS, UNITS, OFFERS, CALLS, TASKS, MESSAGES, *CARE, *DESK, *LIVE)
