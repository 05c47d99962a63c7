"""How often a unit should report: often when it matters, rarely when nothing changes."""

import msgspec

from fleet.tracking.fix import Fix
from fleet.tracking.staleness import stands

LOW_BATTERY_PCT = 20


class HintRules(msgspec.Struct, frozen=True):
    """Seconds between reports: moving on a job, moving without one, standing."""

    report_job_s: int = 5
    report_moving_s: int = 15
    report_parked_s: int = 60


def interval_s(fix: Fix | None, rules: HintRules, *, on_job: bool) -> int:
    """Return the seconds between reports that the unit should keep.

    A low battery doubles them, but never beyond what a standing unit has: it would look lost.
    """
    if fix is not None and stands(fix):
        return rules.report_parked_s
    seconds = rules.report_job_s if on_job else rules.report_moving_s
    low = fix is not None and fix.battery_pct is not None and fix.battery_pct < LOW_BATTERY_PCT
    return min(2 * seconds, max(seconds, rules.report_parked_s)) if low else seconds
