"""HTTP shapes of offers and assignments."""

from pydantic import Field

from dispatch.assignments.assignment import Milestone
from kit.shapes import Id, Instant, Shape


class OfferIn(Shape):
    """Offer to ``unit_id``, or to the best when it is absent."""

    unit_id: Id | None = None
    recommendation_id: Id | None = None
    backup: bool = False
    go_on: bool = True


class AssignIn(Shape):
    """Assign a unit outright."""

    unit_id: Id
    recommendation_id: Id | None = None
    backup: bool = False
    reason: str | None = Field(None, max_length=500)


class Accept(Shape):
    """Accept, with the device's instant when it was offline."""

    device_at: Instant | None = None


class Report(Shape):
    """A milestone, with the device's instant when there is one; ``suggested`` confirms."""

    milestone: Milestone
    device_at: Instant | None = None
    suggested: bool = False
