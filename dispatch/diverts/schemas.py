"""HTTP shapes of diverts."""

from dispatch.incidents.schemas import Why
from kit.shapes import Id


class DivertIn(Why):
    """Take the unit of ``assignment_id``; ``reason`` is a word of ``divert_reason``.

    It is offered the urgent incident, or assigned ``outright``.
    """

    assignment_id: Id
    recommendation_id: Id | None = None
    outright: bool = False
    backup: bool = False
    go_on: bool = True
