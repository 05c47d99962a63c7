"""A unit's batches: judged at once, kept, and acknowledged when they are durable.

One bad fix does not keep the good ones of its batch in the sender's buffer for ever. What one
flush makes durable is acknowledged in one message.
"""

from collections.abc import Sequence
from datetime import datetime

from fleet.tracking.fix import Fix, Unreadable
from kit.clock import in_utc, now
from kit.errors import Refusal, invalid
from realtime.ingest import Ingest
from realtime.protocol import FixReport
from realtime.session import Unread, number, salvage
from realtime.unit_link import Link
from realtime.wire import wrong


def keep(link: Link, seq: int, reports: Sequence[FixReport | Unread]) -> None:
    """Judge a batch now; acknowledge it when it is durable. Raises Invalid, Unavailable."""
    limit = link.app.state.settings.fixes_limit
    if len(reports) > limit:
        raise invalid("fixes", f"at most {limit} in one batch, not {len(reports)}")
    ingest: Ingest = link.app.state.ingest
    at = now()
    read = [_read(link, at, report) for report in reports]
    ingest.put(read, link.settled, seq)
    link.taken += len(read)


def keep_good(link: Link, text: str | None, refusal: Refusal) -> None:
    """Keep the good fixes of a bad batch; tell what is wrong when it is something else."""
    found = salvage(text, link.app.state.settings.fixes_limit)
    try:
        if found is None or all(isinstance(one, FixReport) for one in found[1]):
            raise refusal
        keep(link, *found)
    except Refusal as final:
        link.listener.put(wrong(link.app, final, number(text)))


def _read(link: Link, at: datetime, report: FixReport | Unread) -> Fix | Unreadable:
    if isinstance(report, Unread):
        return _unreadable(link, at, report.raw, report.fault)
    try:
        fixed_at = in_utc(report.fixed_at)
    except ValueError as error:
        return _unreadable(link, at, str(report.fixed_at), f"fixed_at: {error}")
    return Fix(
        link.unit_id,
        fixed_at,
        at,
        report.lat,
        report.lon,
        report.accuracy_m,
        report.speed_mps,
        report.heading_deg,
        report.altitude_m,
        report.battery_pct,
        link.source,
    )


def _unreadable(link: Link, at: datetime, raw: str, fault: str) -> Unreadable:
    return Unreadable(link.unit_id, at, link.source, "socket", raw, fault)
