"""What the process counts, for Prometheus."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from fleet.tracking.fix import Fix, Verdict
from realtime.feed import Feed
from realtime.hub import Hub

DELAYS_S = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)


class Delays(Collector):
    """How old fixes were when they came. Counted in bulk: a histogram's own way costs too much."""

    def __init__(self) -> None:
        self._counts = [0] * (len(DELAYS_S) + 1)
        self._sum_s = 0.0

    def note(self, fixes: Iterable[Fix]) -> None:
        """Count the fixes of a flush."""
        for fix in fixes:
            delay_s = (fix.received_at - fix.fixed_at).total_seconds()
            self._counts[bisect_left(DELAYS_S, delay_s)] += 1
            self._sum_s += max(0.0, delay_s)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Give what Prometheus asks for."""
        total, buckets = 0, []
        for limit, n in zip((*map(str, DELAYS_S), "+Inf"), self._counts, strict=True):
            total += n
            buckets.append((limit, total))
        text = "how old fixes were when they came, by the device's clock"
        yield HistogramMetricFamily(
            "sayyar_fix_delay_seconds", text, buckets=buckets, sum_value=self._sum_s
        )


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
        self._delays = Delays()
        self.registry.register(self._delays)
        self._flush = Histogram(
            "sayyar_flush_seconds", "making positions durable", registry=self.registry
        )
        self._gauge("sayyar_consoles", "consoles connected", lambda: len(hub.consoles))
        self._gauge("sayyar_units_connected", "units connected", lambda: len(hub.units))
        self._gauge("sayyar_facts", "facts read since the start", lambda: feed.seq)

    def _gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        Gauge(name, text, registry=self.registry).set_function(value)

    def count_fixes(self, verdicts: Mapping[Verdict, int]) -> None:
        """Count judged fixes, by verdict."""
        for verdict, n in verdicts.items():
            self._fixes.labels(verdict).inc(n)

    def flushed(self, fixes: Iterable[Fix], seconds: float) -> None:
        """Note that fixes became durable, and how long that took."""
        self._delays.note(fixes)
        self._flush.observe(seconds)

    def count_refusal(self, code: str) -> None:
        """Count a refused request."""
        self._refusals.labels(code).inc()

    def text(self) -> bytes:
        """Return the exposition."""
        return generate_latest(self.registry)
