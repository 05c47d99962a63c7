"""Plainer forms of a report that the quarantine does not take as it came."""

import hashlib

import msgspec

from fleet.tracking.fix import Fix, Unreadable


def escaped(report: Fix | Unreadable) -> Fix | Unreadable:
    """Return the report with its texts in ASCII; what is not stands there as an escape."""
    told = {"raw": report.raw, "fault": report.fault}
    return msgspec.structs.replace(report, **{name: _ascii(text) for name, text in told.items()})


def _ascii(text: str | None) -> str | None:
    return text and text.encode("unicode_escape").decode("ascii")


def bare(report: Fix | Unreadable, fault: str) -> Unreadable:
    """Return that there was a report, without what it said: a fingerprint stands for that."""
    said = hashlib.blake2b(ascii(report).encode(), digest_size=16).hexdigest()
    return Unreadable(
        report.unit_id,
        report.received_at,
        report.source,
        report.form,
        raw=f"fingerprint {said}",
        fault=fault.encode("unicode_escape").decode("ascii"),
    )
