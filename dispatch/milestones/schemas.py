"""HTTP shapes of milestones."""

from dispatch.assignments.assignment import Milestone
from kit.shapes import Instant, Shape


class Report(Shape):
    """A milestone, with the device's instant when there is one; ``suggested`` confirms."""

    milestone: Milestone
    device_at: Instant | None = None
    suggested: bool = False
