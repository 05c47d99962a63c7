"""Calls and incidents: what stands in the tables is what the script did, no more and no less."""

from collections import Counter

from tests.support.night.night import Outcome

BY_THE_EXCHANGE = "exchange"
BY_ITSELF = {"system", BY_THE_EXCHANGE}


async def every_call_has_its_outcome(night: Outcome) -> list[str]:
    """Compare each call's outcome and incident with what the script gave it."""
    rows = await night.server.sql("SELECT id, status, outcome, incident_id FROM call")
    record, faults = night.record, []
    incidents = {call: one for one, call in record.opened.items()} | record.joined
    found = {id_: (outcome, incident) for id_, _, outcome, incident in rows}
    for call_id, outcome in record.outcomes.items():
        expected = (outcome, incidents.get(call_id))
        if found.get(call_id) != expected:
            faults.append(f"call {call_id}: {found.get(call_id)} instead of {expected}")
    faults += [f"call {id_}: nobody made it" for id_ in found.keys() - record.outcomes.keys()]
    left = {id_ for id_, status, _, _ in rows if status == "abandoned"}
    faults += [f"call {id_}: hung up or not?" for id_ in left ^ record.abandoned]
    return faults


async def every_incident_is_over_or_owned(night: Outcome) -> list[str]:
    """Compare how each incident ended with what the script did; the rest must have an owner."""
    rows = await night.server.sql(
        """SELECT i.id, i.status, i.disposition, i.merged_into, a.id IS NOT NULL
           FROM incident i LEFT JOIN account a ON a.name = i.owner AND a.disabled_at IS NULL"""
    )
    record, faults, seen = night.record, [], set()
    listed = await _listed(night)
    for id_, status, disposition, into, owned in rows:
        seen.add(id_)
        merged = record.merged.get(id_)
        end = "duplicate" if merged else record.closed.get(id_)
        if (disposition, into) != (end, merged) or (status == "closed") is (end is None):
            faults.append(f"incident {id_}: {status} {disposition} {into}, the script: {end}")
        if status != "closed" and not (owned and id_ in listed):
            faults.append(f"incident {id_} is {status}: owned {owned}, listed {id_ in listed}")
    return faults + [f"incident {id_} is lost" for id_ in seen ^ record.opened.keys()]


async def _listed(night: Outcome) -> set[int]:
    """Return the incidents of the desk's open list."""
    answer = await night.consoles[0].api.get("/incidents", limit=1000)
    return {one["id"] for one in answer["incidents"]}


async def nothing_happened_that_nobody_did(night: Outcome) -> list[str]:
    """Find facts in a person's name at an instant at which that person did nothing."""
    acts = [act for act in night.record.acts if act.refused in {None, "no_unit"}]
    did = {(act.at, act.by) for act in acts}
    told = Counter((fact.at, fact.by) for fact in night.facts if fact.by not in BY_ITSELF)
    faults = [f"{by} did nothing at {at}, {told[at, by]} facts" for at, by in told.keys() - did]
    left = {(act.at, act.by): act.word for act in acts if act.word not in LEAVE_NO_FACT}
    return faults + [f"{by}: {left[at, by]} at {at}, no fact" for at, by in left.keys() - told]


LEAVE_NO_FACT = {"recommend"}
"""What changes nothing that others must hear of."""
