"""HTTP shapes of check-ins."""

from typing import Annotated

from pydantic import Field

from dispatch.incidents.schemas import Why
from kit.shapes import Instant, Shape

Seconds = Annotated[int, Field(ge=60, le=7200)]


class CheckedIn(Shape):
    """The crew is well, with the device's instant when there is one."""

    device_at: Instant | None = None


class Interval(Why):
    """How often the crew must check in: null as the rules say. ``reason``: ``check_in_reason``."""

    every_s: Seconds | None
