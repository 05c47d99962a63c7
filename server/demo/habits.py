"""How demo people behave: how long each thing takes, what they answer, what comes next."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView
from dispatch.incidents.incident import IncidentStatus
from dispatch.incidents.view import IncidentView
from fleet.units.view import UnitView

DISPATCHER = "demo-dispatcher"
CREW_MARK = "گروه نمایشی"
CRUISE_MPS = 65 / 3.6
LONGEST_ANSWER_S = 20.0
CARRIES_SHARE = 0.25


class Pause(StrEnum):
    """What takes time without driving, beside the milestones."""

    ANSWER = "answer"
    REST = "rest"
    TRIAGE = "triage"
    PAPERS = "papers"


SECONDS: dict[str, tuple[float, float]] = {
    Pause.ANSWER: (20, 50),
    Pause.REST: (60, 300),
    Pause.TRIAGE: (20, 60),
    Pause.PAPERS: (60, 180),
    Milestone.EN_ROUTE: (60, 180),
    Milestone.CONTACT: (60, 240),
    Milestone.TRANSPORTING: (300, 900),
    Milestone.HANDED_OVER: (200, 500),
    Milestone.CLEARED: (400, 1200),
}
"""From what to what each takes in the field, before ``Pace.speed`` shortens it."""

DECLINES = ("busy", "vehicle_fault", "crew_short", "road_blocked")
ENDS = {"resolved_on_scene": 60, "referral_only": 20, "refused": 10, "no_contact": 10}


@dataclass(frozen=True)
class Pace:
    """``speed`` shortens pauses and drives so that a viewer sees something.

    No vehicle is faster than ``top_mps``, else the server rightly doubts its positions.
    """

    speed: float = 6.0
    top_mps: float = 55.0
    tick_s: float = 1.0

    @property
    def driving_mps(self) -> float:
        """Return how fast a vehicle drives."""
        return min(self.top_mps, CRUISE_MPS * self.speed)

    def pause_s(self, what: str, rng: random.Random) -> float:
        """Draw how long something takes; an answer never outlasts the offer."""
        seconds = rng.uniform(*SECONDS[what]) / self.speed
        return min(seconds, LONGEST_ANSWER_S) if what == Pause.ANSWER else seconds


class Reply(StrEnum):
    """What a crew does with an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    SILENCE = "silence"


def reply(rng: random.Random) -> Reply:
    """Draw an answer: mostly yes, at times no, now and then none."""
    return rng.choices(list(Reply), (86, 9, 5))[0]


def draws(seed: int, thing_id: int) -> random.Random:
    """Return the draws that belong to a thing, the same however often it is looked at."""
    return random.Random(f"{seed}/{thing_id}")  # noqa: S311 - a demo, no secret


def next_milestone(job: AssignmentView, *, carries: bool) -> Milestone:
    """Return what the crew reports next; ``carries``: it takes the person somewhere."""
    steps = [Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CONTACT]
    if carries:
        steps += [Milestone.TRANSPORTING, Milestone.AT_DESTINATION, Milestone.HANDED_OVER]
    return next((m for m in steps if getattr(job, f"{m}_at") is None), Milestone.CLEARED)


def is_ours(unit: UnitView) -> bool:
    """Tell whether the shift on the unit is a demo crew's."""
    return unit.shift_id is not None and any(m.name == CREW_MARK for m in unit.crew)


def may_join(unit: UnitView) -> bool:
    """Tell whether a demo crew may work on the unit: nobody else does."""
    return is_ours(unit) or unit.status == "off_duty"


class DeskAct(StrEnum):
    """What the demo dispatcher does with an incident."""

    OFFER = "offer"
    CLOSE = "close"


def desk_act(incident: IncidentView, *, on_offer: bool, left: bool) -> DeskAct | None:
    """Return what the demo dispatcher must do with an incident: nothing with other people's.

    ``left``: this one is left to a person from beginning to end.
    """
    if incident.owner != DISPATCHER or left:
        return None
    if incident.status is IncidentStatus.CLEARED:
        return DeskAct.CLOSE
    idle = incident.status is IncidentStatus.WAITING and not (on_offer or incident.seeking)
    return DeskAct.OFFER if idle else None


HAND_OVER: dict[str, Any] = {
    "receiver": "crisis_centre",
    "condition": "unknown",
    "receipt_no": "demo",
}


def disposition(rng: random.Random, *, carried: bool) -> str:
    """Draw how an incident ended."""
    return "transported" if carried else rng.choices(list(ENDS), list(ENDS.values()))[0]


@dataclass
class Timer:
    """Says when the pause before a thing is over; another thing begins another pause."""

    key: object = None
    due_at: datetime | None = None

    def over(self, key: object, at: datetime, draw_s: Callable[[], float]) -> bool:
        """Tell whether the pause drawn when ``key`` was first asked for has passed."""
        if key != self.key or self.due_at is None:
            self.key, self.due_at = key, at + timedelta(seconds=draw_s())
        return at >= self.due_at
