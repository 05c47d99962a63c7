"""How far a newest position can be trusted by its age.

A keep-alive is not a fix: a unit that was moving is as old as its last fix. And standing still is
not silence: one that stood is where it was for as long as its device is heard.
"""

from datetime import datetime

import msgspec

from fleet.tracking.fix import Fix
from fleet.tracking.view import Staleness

STANDING_MPS = 1.0
"""A unit slower than this stands; GPS never quite says 0."""

LATE_INTERVALS = 3
SILENT_LIMITS = 3


class Limits(msgspec.Struct, frozen=True):
    """Up to which age a position is believed: one of a device, one that a person set by hand."""

    fix_max_age_s: float = 120
    manual_max_age_s: float = 900


def stands(fix: Fix) -> bool:
    """Tell whether the unit stood still; of one whose speed is unknown nobody knows."""
    return fix.speed_mps is not None and fix.speed_mps < STANDING_MPS


def known_at(fix: Fix) -> datetime:
    """Return the instant for which the place is known."""
    return max(fix.fixed_at, fix.received_at) if stands(fix) else fix.fixed_at


def state_of(
    fix: Fix, interval_s: float, limits: Limits, now: datetime, *, by_hand: bool = False
) -> Staleness:
    """Return the state of a newest position whose device reports every ``interval_s``.

    ``fix.received_at`` is the last sign of life. Silent is one of which nothing is heard either.
    """
    limit_s = limits.manual_max_age_s if by_hand else limits.fix_max_age_s
    late_s = limit_s if by_hand else min(LATE_INTERVALS * interval_s, limit_s)
    age_s = (now - known_at(fix)).total_seconds()
    unheard_s = (now - fix.received_at).total_seconds()
    if age_s > SILENT_LIMITS * limit_s and unheard_s > SILENT_LIMITS * limit_s:
        return Staleness.SILENT
    if age_s > limit_s:
        return Staleness.STALE
    return Staleness.LATE if age_s > late_s else Staleness.FRESH
