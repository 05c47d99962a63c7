"""Which words of a device mean that somebody is in danger, and when one is said anew."""

from datetime import datetime, timedelta

from fleet.tracking.fix import SignOfLife

DANGER = frozenset({"sos", "panic", "accident", "falldown", "fallendown", "duress"})
SAID_AGAIN = timedelta(seconds=60)


class Alarms:
    """Tells a new alarm from one that a device says again and again."""

    def __init__(self) -> None:
        self._said: dict[tuple[int, int, str], datetime] = {}

    def is_new(self, sign: SignOfLife) -> bool:
        """Tell whether a sign of life is an alarm that people do not know of yet.

        Other words of devices, as that their battery is low, are no alarm.
        """
        word = (sign.alarm or "").casefold()
        if word not in DANGER:
            return False
        key = sign.unit_id, sign.source, word
        last = self._said.get(key)
        self._said[key] = sign.heard_at
        return last is None or sign.heard_at - last > SAID_AGAIN
