"""A removal's clock: it runs until the report to the prosecutor, or until it proves a mistake."""

from enum import StrEnum

from kit.states import Table


class RemovalStatus(StrEnum):
    """Where the clock of a removal stands."""

    RUNNING = "running"
    REPORTED = "reported"
    CORRECTED = "corrected"


class RemovalAct(StrEnum):
    """What can be done to the clock of a removal."""

    REPORT = "report"
    CORRECT = "correct"


REMOVAL = Table(
    "removal",
    {
        (RemovalStatus.RUNNING, RemovalAct.REPORT): RemovalStatus.REPORTED,
        (RemovalStatus.RUNNING, RemovalAct.CORRECT): RemovalStatus.CORRECTED,
    },
)
