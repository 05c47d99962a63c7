"""A unit's batches: judged at once, kept, and acknowledged when they are durable.

One bad fix does not keep the good ones of its batch in the sender's buffer for ever.
"""

from collections.abc import Sequence
from datetime import datetime

from fleet.tracking.fix import KEPT, Fix, Verdict
from kit.clock import in_utc, now
from kit.errors import Refusal, invalid
from realtime.ingest import Batch, Ingest
from realtime.protocol import Ack, FixReport, RefusedFix
from realtime.session import salvage
from realtime.unit_link import Link
from realtime.wire import wrong


def keep(link: Link, seq: int, reports: Sequence[FixReport | Refusal]) -> None:
    """Judge a batch now; acknowledge it when it is durable. Raises Invalid, Unavailable."""
    limit = link.app.state.settings.fixes_limit
    if len(reports) > limit:
        raise invalid("fixes", f"at most {limit} in one batch, not {len(reports)}")
    ingest: Ingest = link.app.state.ingest
    at = now()
    read = [_fix(link.unit_id, at, report) for report in reports]
    batch = ingest.put([one for one in read if isinstance(one, Fix)])
    bad = [one for one in read if isinstance(one, Refusal)]
    ingest.refuse(link.unit_id, at, Verdict.MALFORMED, len(bad))
    batch.durable.add_done_callback(lambda _: link.send(Ack(seq, _refused(read, batch))))


def keep_good(link: Link, text: str | None, refusal: Refusal) -> None:
    """Keep the good fixes of a bad batch; tell what is wrong when it is something else."""
    found = salvage(text, link.app.state.settings.fixes_limit)
    try:
        if found is None or all(isinstance(one, FixReport) for one in found[1]):
            raise refusal
        keep(link, *found)
    except Refusal as final:
        link.listener.put(wrong(final))


def _fix(unit_id: int, at: datetime, report: FixReport | Refusal) -> Fix | Refusal:
    if isinstance(report, Refusal):
        return report
    try:
        fixed_at = in_utc(report.fixed_at)
    except ValueError as error:
        return invalid("fixed_at", str(error))
    return Fix(
        unit_id,
        fixed_at,
        at,
        report.lat,
        report.lon,
        report.accuracy_m,
        report.speed_mps,
        report.heading_deg,
        report.altitude_m,
        report.battery_pct,
    )


def _refused(read: Sequence[Fix | Refusal], batch: Batch) -> list[RefusedFix]:
    """Return what was not used, each under its place in the batch as it came."""
    verdicts = iter(batch.verdicts)
    refused = []
    for index, one in enumerate(read):
        if isinstance(one, Refusal):
            refused.append(RefusedFix(index, Verdict.MALFORMED, one.detail))
        elif (verdict := next(verdicts)) not in KEPT:
            refused.append(RefusedFix(index, verdict))
    return refused
