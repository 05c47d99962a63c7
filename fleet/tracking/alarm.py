"""Which words of a device mean that somebody is in danger, and when one is said anew."""

from datetime import datetime, timedelta

from fleet.tracking.fix import SignOfLife

DANGER = frozenset({"sos", "panic", "accident", "falldown", "fallendown", "duress"})
SAID_AGAIN = timedelta(seconds=60)
STILL = timedelta(minutes=10)


class Alarms:
    """Tells a new alarm from one that a device says again and again."""

    def __init__(self) -> None:
        self._said: dict[tuple[int, int], datetime] = {}
        self._told: dict[tuple[int, int], datetime] = {}

    def is_new(self, sign: SignOfLife) -> bool:
        """Tell whether a sign of life is an alarm that people do not know of yet.

        Other words of devices, as that their battery is low, are no alarm. One that goes on is
        told again after ten minutes; one that follows other news of the device, at once.
        """
        key, at = (sign.unit_id, sign.source), sign.heard_at
        if (sign.alarm or "").casefold() not in DANGER:
            self.quiet(*key)
            return False
        last, self._said[key] = self._said.get(key), at
        if last is None or at - last > SAID_AGAIN or at - self._told[key] > STILL:
            self._told[key] = at
            return True
        return False

    def quiet(self, unit_id: int, source: int) -> None:
        """Note that a device told something else: its next alarm is a new one."""
        self._said.pop((unit_id, source), None)
