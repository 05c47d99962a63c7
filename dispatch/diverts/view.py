"""A divert as the desk hears of it."""

import msgspec

from dispatch.assignments.view import AssignmentView, OfferView


class DivertView(msgspec.Struct, frozen=True):
    """The assignment that ended, and the ``offer`` or, outright, the ``assignment`` that began."""

    diverted: AssignmentView
    offer: OfferView | None
    assignment: AssignmentView | None
