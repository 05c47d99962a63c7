"""A correction as every screen sees it; of what is private only that it was corrected."""

from datetime import datetime

import msgspec

from dispatch.corrections.correction import RecordField


class CorrectionView(msgspec.Struct, frozen=True):
    """What was put right: ``was`` was recorded by ``was_by`` at ``was_at`` and stays on record.

    ``was`` and ``now`` are null where the values are private. ``assignment_id`` is set where an
    instant of a unit was corrected, ``note_id`` where a note was.
    """

    id: int
    incident_id: int
    assignment_id: int | None
    note_id: int | None
    field: RecordField
    reason: str
    was: str | None
    now: str | None
    was_at: datetime
    was_by: str
    is_private: bool
