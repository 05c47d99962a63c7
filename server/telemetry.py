"""What the process counts, for Prometheus."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from realtime.feed import Feed
from realtime.hub import Hub


class Telemetry:
    """The counters of one process."""

    def __init__(self, hub: Hub, feed: Feed) -> None:
        self.registry = CollectorRegistry()
        self._fixes = Counter(
            "sayyar_fixes", "fixes judged, by verdict", ["verdict"], registry=self.registry
        )
        self._refusals = Counter(
            "sayyar_refusals", "requests refused, by code", ["code"], registry=self.registry
        )
        self._gauge("sayyar_consoles", "consoles connected", lambda: len(hub.consoles))
        self._gauge("sayyar_units_connected", "units connected", lambda: len(hub.units))
        self._gauge("sayyar_facts", "facts read since the start", lambda: feed.seq)

    def _gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(value)

    def count_fix(self, verdict: str, n: int) -> None:
        """Count judged fixes."""
        self._fixes.labels(verdict).inc(n)

    def count_refusal(self, code: str) -> None:
        """Count a refused request."""
        self._refusals.labels(code).inc()

    def text(self) -> bytes:
        """Return the exposition."""
        return generate_latest(self.registry)
