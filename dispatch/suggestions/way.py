"""What the way of a unit on a job suggests: that it set out, arrived, left. The crew decides.

The exact scene is known here alone; what follows from it says no more than a report would.
"""

from dispatch.assignments.assignment import Milestone
from fleet.units.unit import UnitStatus
from geo.geofence import Circle, Crossing, Fence, crossings
from geo.position import Position

START, SCENE, DESTINATION = "start", "scene", "destination"
SCENE_M, SCENE_MOST_M = 150.0, 1000.0
STAY_M = 200.0
SLACK_M = 50.0


def scene_circle(place: Position, uncertainty_m: float | None) -> Circle:
    """Return the fence of a scene; one that is not known well is wider."""
    radius_m = min(max(SCENE_M, uncertainty_m or 0.0), SCENE_MOST_M)
    return Circle(place.lat, place.lon, radius_m, SLACK_M)


def stay_circle(place: Position) -> Circle:
    """Return the fence round a place where a unit stays, as its centre."""
    return Circle(place.lat, place.lon, STAY_M, SLACK_M)


class Way:
    """The way of one unit on one job, from where it was when it was sent.

    It sets out from its ``centre`` when it is there, else from where it is.
    """

    def __init__(self, scene: Circle, centre: Position | None, at: Position | None) -> None:
        self._fences = {SCENE: Fence(scene, at)}
        self._last: dict[str, Crossing] = {}
        self._centre = centre
        if at:
            self._fences[START] = Fence(self._start(at), at)

    def _start(self, at: Position) -> Circle:
        if self._centre and stay_circle(self._centre).away_m(at) <= STAY_M:
            return stay_circle(self._centre)
        return stay_circle(at)

    def move(self, place: Position, accuracy_m: float | None, status: UnitStatus) -> None:
        """Take the unit's next place, at which it was in this status."""
        if START not in self._fences:
            self._fences[START] = Fence(self._start(place), place)
        if status is UnitStatus.AT_DESTINATION and DESTINATION not in self._fences:
            self._fences[DESTINATION] = Fence(stay_circle(place), place)
        self._last |= crossings(self._fences, place, accuracy_m)

    def suggests(self, status: UnitStatus) -> list[Milestone]:
        """Return what the unit seems to have reached, by its status now.

        One that is sent to where it is sets out without driving: that only the crew can tell.
        """
        came = SCENE in self._last
        match status:
            case UnitStatus.DISPATCHED if came or self._has_left(START):
                return [Milestone.EN_ROUTE]
            case UnitStatus.EN_ROUTE if came or self._fences[SCENE].inside:
                return [Milestone.ON_SCENE]
            case UnitStatus.ON_SCENE if self._has_left(SCENE):
                return [Milestone.TRANSPORTING, Milestone.CLEARED]
            case UnitStatus.AT_DESTINATION if self._has_left(DESTINATION):
                return [Milestone.CLEARED]
        return []

    def _has_left(self, fence: str) -> bool:
        return self._last.get(fence) is Crossing.EXIT
