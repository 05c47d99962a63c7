"""How many requests a device may send: a steady rate, and a buffer's worth at once."""

from datetime import datetime

FORGOTTEN_OVER = 10_000


class Rates:
    """A bucket for each device: ``per_s`` flows in, up to ``burst``; each request takes one."""

    def __init__(self, per_s: float, burst: int) -> None:
        self.per_s = per_s
        self.burst = burst
        self._left: dict[int, tuple[float, datetime]] = {}

    def wait_s(self, device_id: int, now: datetime) -> float:
        """Take one for a request; return 0, or after how many seconds there is one again."""
        if len(self._left) >= FORGOTTEN_OVER:
            self._left.clear()
        left, at = self._left.get(device_id, (float(self.burst), now))
        left = min(self.burst, left + max(0.0, (now - at).total_seconds()) * self.per_s)
        if left < 1:
            self._left[device_id] = (left, now)
            return (1 - left) / self.per_s
        self._left[device_id] = (left - 1, now)
        return 0.0

    def pace_s(self, device_id: int, now: datetime, n: int) -> float:
        """Take ``n`` whatever is left; return for how long its sender must be let wait now."""
        if len(self._left) >= FORGOTTEN_OVER:
            self._left.clear()
        left, at = self._left.get(device_id, (float(self.burst), now))
        left = min(self.burst, left + max(0.0, (now - at).total_seconds()) * self.per_s) - n
        self._left[device_id] = (left, now)
        return max(0.0, -left / self.per_s)
