"""HTTP shapes of suggestions."""

from dispatch.assignments.assignment import Milestone
from kit.shapes import Shape


class Dismissal(Shape):
    """A suggested milestone that was not reached."""

    milestone: Milestone
