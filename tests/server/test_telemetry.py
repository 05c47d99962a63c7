"""What is counted of positions: how old they came, and that their flush was timed."""

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from fleet.tracking.fix import Fix, Verdict
from server.telemetry import Delays
from tests.support.scene import NOW
from tests.support.servers import Running


def fix(delay_s: float) -> Fix:
    return Fix(1, NOW, NOW + timedelta(seconds=delay_s), 34.0, 49.7)


def test_delays_are_counted_in_buckets_that_add_up() -> None:
    delays = Delays()
    delays.note([fix(0.5), fix(1), fix(4), fix(100), fix(9000), fix(-20)])
    [family] = delays.collect()
    found = {s.labels.get("le"): s.value for s in family.samples if s.name.endswith("_bucket")}
    assert (found["1.0"], found["5.0"], found["60.0"]) == (3, 4, 4)
    assert (found["300.0"], found["3600.0"], found["+Inf"]) == (5, 5, 6)


async def test_a_fix_that_became_durable_is_measured(server: Running) -> None:
    crew = await server.crew("ark-1")
    await crew.acked(await crew.at(34.1, 49.7))
    text = server.app.state.telemetry.text().decode()
    values = {
        (sample.name, sample.labels.get("verdict")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }
    assert values["sayyar_fixes_total", Verdict.GOOD.value] == 1
    assert values["sayyar_fix_delay_seconds_count", None] == 1
    assert values["sayyar_flush_seconds_count", None] >= 1
