"""A hand-over as every screen sees it: kinds and conditions, never who or exactly where."""

from datetime import datetime

import msgspec


class HandOverView(msgspec.Struct, frozen=True):
    """A person whom the unit of an assignment handed over at ``handed_at``.

    ``receiver`` is a word of ``hand_over_receiver``, ``condition`` one of ``hand_over_condition``.
    """

    id: int
    incident_id: int
    assignment_id: int
    unit_id: int
    receiver: str
    condition: str
    handed_at: datetime
    recorded_at: datetime
    recorded_by: str
