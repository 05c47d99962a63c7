"""A unit's status is a table: which act leads from which status to which.

The same table guards the code, becomes the condition of the hot SQL statements and draws the docs.
"""

from enum import StrEnum

from kit.states import Table


class UnitStatus(StrEnum):
    """What a unit is doing now."""

    OFF_DUTY = "off_duty"
    AVAILABLE = "available"
    OFFERED = "offered"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    TRANSPORTING = "transporting"
    AT_DESTINATION = "at_destination"
    OUT_OF_SERVICE = "out_of_service"


class UnitAct(StrEnum):
    """What can be done to a unit."""

    SIGN_ON = "sign_on"
    SIGN_OFF = "sign_off"
    OFFER = "offer"
    RELEASE = "release"
    ACCEPT = "accept"
    ASSIGN = "assign"
    SET_OUT = "set_out"
    ARRIVE = "arrive"
    TRANSPORT = "transport"
    REACH_DESTINATION = "reach_destination"
    CLEAR = "clear"
    STAND_DOWN = "stand_down"
    DIVERT = "divert"
    TAKE_OUT = "take_out"
    BRING_BACK = "bring_back"


S, A = UnitStatus, UnitAct

BUSY = frozenset({S.DISPATCHED, S.EN_ROUTE, S.ON_SCENE, S.TRANSPORTING, S.AT_DESTINATION})
"""On a job."""

UNIT = Table(
    "unit",
    {
        (S.OFF_DUTY, A.SIGN_ON): S.AVAILABLE,
        (S.AVAILABLE, A.SIGN_OFF): S.OFF_DUTY,
        (S.AVAILABLE, A.OFFER): S.OFFERED,
        (S.OFFERED, A.RELEASE): S.AVAILABLE,
        (S.OFFERED, A.ACCEPT): S.DISPATCHED,
        (S.AVAILABLE, A.ASSIGN): S.DISPATCHED,
        (S.DISPATCHED, A.SET_OUT): S.EN_ROUTE,
        (S.EN_ROUTE, A.ARRIVE): S.ON_SCENE,
        (S.ON_SCENE, A.TRANSPORT): S.TRANSPORTING,
        (S.TRANSPORTING, A.REACH_DESTINATION): S.AT_DESTINATION,
        (S.ON_SCENE, A.CLEAR): S.AVAILABLE,
        (S.AT_DESTINATION, A.CLEAR): S.AVAILABLE,
        (S.DISPATCHED, A.STAND_DOWN): S.AVAILABLE,
        (S.EN_ROUTE, A.STAND_DOWN): S.AVAILABLE,
        (S.ON_SCENE, A.STAND_DOWN): S.AVAILABLE,
        (S.DISPATCHED, A.DIVERT): S.AVAILABLE,
        (S.EN_ROUTE, A.DIVERT): S.AVAILABLE,
        (S.AVAILABLE, A.TAKE_OUT): S.OUT_OF_SERVICE,
        (S.OFF_DUTY, A.TAKE_OUT): S.OUT_OF_SERVICE,
        (S.OUT_OF_SERVICE, A.BRING_BACK): S.OFF_DUTY,
    },
)
