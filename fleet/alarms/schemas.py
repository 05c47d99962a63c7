"""HTTP shapes of alarms."""

from kit.shapes import Instant, Shape


class CallForHelp(Shape):
    """A crew's call, with the device's instant when it could not be sent at once."""

    device_at: Instant | None = None
