"""The figures of a night, as a table shows them."""

from collections import Counter

from tests.support.night.night import Outcome

KINDS = {
    "offers made": "offer_made",
    "accepted": "offer_accepted",
    "declined": "offer_declined",
    "expired": "offer_expired",
    "rounds without a unit": "offers_exhausted",
    "assigned outright": "unit_assigned",
    "diverted": "unit_diverted",
    "called off": "unit_stood_down",
    "check-ins": "checked_in",
    "cases offered to a colleague": "handoff_offered",
    "cases accepted": "handoff_accepted",
    "cases declined": "handoff_declined",
    "taken over": "incident_taken_over",
    "asked of a second person": "approval_asked",
    "approved by a second person": "approval_given",
    "done alone": "act_done_alone",
    "sent to another desk": "incident_transferred",
    "received there": "transfer_received",
    "requests": "task_asked",
    "shifts begun": "unit_signed_on",
    "alarms told": "incident_alarmed",
    "calls for help": "unit_alarmed",
}


def figures(night: Outcome) -> dict[str, int]:
    """Return what there was of each thing."""
    record, facts = night.record, Counter(fact.kind.value for fact in night.facts)
    over = record.closed.keys() | record.merged.keys()
    return {
        "calls": len(record.callers),
        "given up while ringing": len(record.abandoned),
        "incidents": len(record.opened),
        "closed": len(record.closed),
        "merged": len(record.merged),
        "still open in the end": len(record.opened.keys() - over),
        **{name: facts[kind] for name, kind in KINDS.items()},
        "links lost": record.happened["links lost"],
        "acts sent late": record.happened["acts sent late"],
        "consoles cut off": record.happened["consoles cut off"],
        "acts": len(record.acts),
        "refused": sum(record.refusals().values()),
        "facts": len(night.facts),
        "instants": night.steps,
        "seconds that it took": round(night.took_s),
    }
