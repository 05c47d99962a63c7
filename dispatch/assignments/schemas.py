"""HTTP shapes of offers and assignments."""

from dispatch.incidents.schemas import Note, ReasonCode
from kit.shapes import Id, Instant, Shape


class OfferIn(Shape):
    """Offer to ``unit_id``, or to the best when it is absent.

    Another than the first of ``recommendation_id`` needs a ``reason`` (``assign_reason``).
    """

    unit_id: Id | None = None
    recommendation_id: Id | None = None
    backup: bool = False
    go_on: bool = True
    reason: ReasonCode = None
    note: Note = None


class AssignIn(Shape):
    """Assign a unit outright; ``reason`` is a word of ``assign_reason``.

    Another than the first of ``recommendation_id`` needs one.
    """

    unit_id: Id
    recommendation_id: Id | None = None
    backup: bool = False
    reason: ReasonCode = None
    note: Note = None


class Accept(Shape):
    """Accept, with the device's instant when it was offline."""

    device_at: Instant | None = None
