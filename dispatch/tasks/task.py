"""A task's status is a table: open, taken by somebody, then exactly one of three ends."""

from enum import StrEnum

from kit.states import Table


class TaskStatus(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TaskAct(StrEnum):
    """What can be done to a task."""

    TAKE = "take"
    FINISH = "finish"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


S, A = TaskStatus, TaskAct

TASK = Table(
    "task",
    {
        (S.OPEN, A.TAKE): S.TAKEN,
        (S.OPEN, A.REFUSE): S.REFUSED,
        (S.OPEN, A.WITHDRAW): S.WITHDRAWN,
        (S.TAKEN, A.FINISH): S.DONE,
        (S.TAKEN, A.REFUSE): S.REFUSED,
        (S.TAKEN, A.WITHDRAW): S.WITHDRAWN,
    },
)

LIVE = tuple(status.value for status in S if TASK.acts(status))
"""The statuses in which somebody has still something to do."""
