"""Decisions: no unit on duty was passed over without a reason, and each decision holds again."""

import json
from datetime import datetime

from dispatch.recommendations.decision import is_same
from tests.support.night.night import Outcome

ON_DUTY = """SELECT r.id, r.made_at, r.result::text,
    array(SELECT s.unit_id FROM shift s WHERE s.started_at <= r.made_at
            AND coalesce(s.ended_at, 'infinity') > r.made_at) AS on_duty,
    (SELECT count(*) FROM unit) AS units
  FROM recommendation r"""


async def every_unit_had_a_reason(night: Outcome) -> list[str]:
    """Find units that a decision neither ranked nor excluded for a reason; all are told of."""
    faults = []
    for id_, made_at, result, on_duty, units in await night.server.sql(ON_DUTY):
        faults += [f"decision {id_}: {fault}" for fault in _passed_over(result, on_duty, made_at)]
        listed = json.loads(result)
        if len(listed["ranked"]) + len(listed["excluded"]) != units:
            faults.append(f"decision {id_} does not tell of all {units} units")
    return faults


def _passed_over(result: str, on_duty: list[int], made_at: datetime) -> list[str]:
    found = json.loads(result)
    ranked = [one["unit_id"] for one in found["ranked"]]
    excluded = {one["unit_id"]: one["reasons"] for one in found["excluded"]}
    told = [*ranked, *excluded]
    faults = [f"unit {unit} stands twice" for unit in set(told) if told.count(unit) > 1]
    faults += [f"unit {unit}, on duty at {made_at}, is missing" for unit in set(on_duty) - {*told}]
    faults += [f"unit {unit} is ranked off duty" for unit in set(ranked) - {*on_duty}]
    unsaid = [unit for unit, reasons in excluded.items() if not _named(reasons)]
    return faults + [f"unit {unit} is excluded without a reason" for unit in unsaid]


def _named(reasons: list[dict[str, str]]) -> bool:
    return bool(reasons) and all(one["reason"] for one in reasons)


async def each_decision_replays(night: Outcome) -> list[str]:
    """Make every kept decision again from what was known, and compare to the last byte."""
    rows = await night.server.sql("SELECT id, inputs::text, result::text FROM recommendation")
    return [f"decision {id_} differs" for id_, known, said in rows if not is_same(known, said)]
