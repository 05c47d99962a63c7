"""The tables of states of care after the unit: referrals, removals, follow-ups, scene reports."""

from datetime import timedelta
from typing import Any

from dispatch.followups.followup import FOLLOW_UP, FollowUpAct, FollowUpStatus
from dispatch.referrals.referral import REASONS, REFERRAL, ReferralAct, ReferralStatus
from dispatch.removals.removal import REMOVAL, RemovalAct, RemovalStatus
from dispatch.scenes.scene import SCENE, SceneAct, SceneStatus
from kit.clock import now
from tests.support.things import assigned, new_incident, new_unit, reach
from tests.support.transitions import Code, Door, Ground, Subject, Thing

DUE = {"due_at": (now() + timedelta(days=3)).isoformat()}
FOUND = {"found": Code("scene_found"), "risk": Code("scene_risk")}
STEPS: dict[ReferralStatus, list[ReferralAct]] = {
    ReferralStatus.SENT: [],
    ReferralStatus.ACKNOWLEDGED: [ReferralAct.ACKNOWLEDGE],
    ReferralStatus.ACCEPTED: [ReferralAct.ACKNOWLEDGE, ReferralAct.ACCEPT],
    ReferralStatus.REFUSED: [ReferralAct.ACKNOWLEDGE, ReferralAct.REFUSE],
    ReferralStatus.CLOSED: [ReferralAct.WITHDRAW],
}
NEWEST_VERSION = """(SELECT DISTINCT ON (assignment_id) assignment_id AS id,
    CASE WHEN act = 'save' THEN 'draft' ELSE 'submitted' END AS status
  FROM scene_version ORDER BY assignment_id, n DESC) s"""


def _why(act: ReferralAct) -> dict[str, Any]:
    return {"reason": Code(REASONS[act])} if act in REASONS else {}


async def referral(ground: Ground, state: ReferralStatus, _: Any = None) -> Thing:
    """Return a referral in a state; the dispatcher owns it."""
    asked = {"agency": Code("agency"), "reason": Code("referral_reason")}
    made = await ground.post(f"/incidents/{await new_incident(ground)}/referrals", **asked)
    for act in STEPS[state]:
        await ground.post(f"/referrals/{made['id']}/{act}", **_why(act))
    return {"referral_id": made["id"]}


async def removal(ground: Ground, state: RemovalStatus, _: Any = None) -> Thing:
    """Return the removal of a child whose clock is in a state."""
    path = f"/incidents/{await new_incident(ground)}/removals"
    made = await ground.post(path, reason=Code("removal_reason"))
    path = f"/removals/{made['id']}"
    if state is RemovalStatus.REPORTED:
        await ground.post(f"{path}/report", report_no="1404/7")
    elif state is RemovalStatus.CORRECTED:
        await ground.post(f"{path}/correct", reason=Code("removal_correct_reason"))
    return {"removal_id": made["id"]}


async def follow_up(ground: Ground, state: FollowUpStatus, _: Any = None) -> Thing:
    """Return a follow-up in a state."""
    path = f"/incidents/{await new_incident(ground)}/follow-ups"
    made = await ground.post(path, kind=Code("follow_up_kind"), **DUE)
    if state is FollowUpStatus.CLOSED:
        outcome = Code("follow_up_outcome")
        await ground.post(f"/follow-ups/{made['id']}/close", outcome=outcome)
    return {"follow_up_id": made["id"]}


async def scene(ground: Ground, state: SceneStatus, _: Any = None) -> Thing:
    """Return the report of an assignment in a state; its unit is on scene."""
    thing = await assigned(ground, await new_unit(ground))
    await reach(ground, thing, "en_route", "on_scene")
    act = "submit" if state is SceneStatus.SUBMITTED else "save"
    await ground.post(f"/assignments/{thing['assignment_id']}/scene-report/{act}", **FOUND)
    return thing


REPORT = "/assignments/{assignment_id}/scene-report"
CARE = (
    Subject(
        REFERRAL,
        referral,
        tuple(Door((act,), f"/referrals/{{referral_id}}/{act}", _why(act)) for act in ReferralAct),
        ("referral", "referral_id"),
    ),
    Subject(
        REMOVAL,
        removal,
        (
            Door((RemovalAct.REPORT,), "/removals/{removal_id}/report", {"report_no": "1404/8"}),
            Door(
                (RemovalAct.CORRECT,),
                "/removals/{removal_id}/correct",
                {"reason": Code("removal_correct_reason")},
            ),
        ),
        ("removal", "removal_id"),
    ),
    Subject(
        FOLLOW_UP,
        follow_up,
        (
            Door((FollowUpAct.TAKE,), "/follow-ups/{follow_up_id}/take"),
            Door(
                (FollowUpAct.POSTPONE,),
                "/follow-ups/{follow_up_id}/postpone",
                {"reason": Code("postpone_reason"), **DUE},
            ),
            Door(
                (FollowUpAct.CLOSE,),
                "/follow-ups/{follow_up_id}/close",
                {"outcome": Code("follow_up_outcome")},
            ),
        ),
        ("follow_up", "follow_up_id"),
    ),
    Subject(
        SCENE,
        scene,
        (
            Door((SceneAct.SAVE,), f"{REPORT}/save", FOUND),
            Door((SceneAct.SUBMIT,), f"{REPORT}/submit", FOUND),
            Door(
                (SceneAct.CORRECT,),
                f"{REPORT}/correct",
                {**FOUND, "reason": Code("scene_correct_reason")},
            ),
        ),
        (NEWEST_VERSION, "assignment_id"),
    ),
)
