"""What was recorded, as a whole: its instants, vehicles and places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.position import Position
from kit.errors import Invalid
from server.replay.records import CallRow, FixRow, Sheet


@dataclass(frozen=True)
class Recording:
    """What was read: fixes and calls in the order of time."""

    fixes: Sheet[FixRow]
    calls: Sheet[CallRow]

    def instants(self) -> list[datetime]:
        """Return every recorded instant, the first first. Raises Invalid when there is none."""
        found = sorted([row.at for row in self.fixes.rows] + [row.at for row in self.calls.rows])
        if not found:
            raise Invalid("there is nothing to play: no row of the files could be used")
        return found

    def vehicles(self) -> set[str]:
        """Return the names of the vehicles."""
        return {row.vehicle for row in self.fixes.rows}

    def places(self) -> list[Position]:
        """Return every recorded place but 0, 0, which a device reports that has none."""
        rows: Sequence[FixRow | CallRow] = [*self.fixes.rows, *self.calls.rows]
        return [Position(row.lat, row.lon) for row in rows if (row.lat, row.lon) != (0, 0)]


def together(recording: Recording) -> Recording:
    """Return the recording with all calls moved so that the first comes with the first fix."""
    fixes, calls = recording.fixes, recording.calls
    if not (fixes.rows and calls.rows):
        return recording
    shift = min(row.at for row in fixes.rows) - min(row.at for row in calls.rows)
    rows = [
        CallRow(row.at + shift, row.lat, row.lon, row.group, row.priority) for row in calls.rows
    ]
    return Recording(fixes, Sheet(rows, calls.skipped))


def overlap(recording: Recording) -> bool:
    """Tell whether some call came while there were fixes, so that playing both makes sense."""
    if not (recording.fixes.rows and recording.calls.rows):
        return True
    times = [row.at for row in recording.fixes.rows]
    return any(min(times) <= row.at <= max(times) for row in recording.calls.rows)
