"""An assignment holds instants, not a status: each milestone moves the unit, once, in order."""

from dataclasses import dataclass
from enum import StrEnum

from fleet.units.unit import UnitAct


class Milestone(StrEnum):
    """What a crew reports of an assignment, in the field's words (t5 to t12)."""

    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CONTACT = "contact"
    TRANSPORTING = "transporting"
    AT_DESTINATION = "at_destination"
    HANDED_OVER = "handed_over"
    CLEARED = "cleared"


@dataclass(frozen=True)
class Step:
    """What a milestone does to the unit, and in which unit status it is possible."""

    act: UnitAct | None
    during: tuple[str, ...]


STEPS: dict[Milestone, Step] = {
    Milestone.ACKNOWLEDGED: Step(None, ("dispatched",)),
    Milestone.EN_ROUTE: Step(UnitAct.SET_OUT, ("dispatched",)),
    Milestone.ON_SCENE: Step(UnitAct.ARRIVE, ("en_route",)),
    Milestone.CONTACT: Step(None, ("on_scene",)),
    Milestone.TRANSPORTING: Step(UnitAct.TRANSPORT, ("on_scene",)),
    Milestone.AT_DESTINATION: Step(UnitAct.REACH_DESTINATION, ("transporting",)),
    Milestone.HANDED_OVER: Step(None, ("at_destination",)),
    Milestone.CLEARED: Step(UnitAct.CLEAR, ("on_scene", "at_destination")),
}
