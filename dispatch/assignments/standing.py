"""Whether an incident takes a unit and a unit may go, as they stand; else why not."""

from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from fleet.units.unit import UNIT, UnitAct
from kit.errors import Conflict

ON_OFFER = "the incident is on offer to a unit already; withdraw that offer first"


def check_incident(status: str, *, on_offer: bool, backup: bool) -> None:
    """Refuse what an incident as it stands does not allow, whichever the unit."""
    incident = IncidentStatus(status)
    INCIDENT.after(incident, IncidentAct.OFFER)
    if on_offer:
        raise Conflict(ON_OFFER, code="incident_has_open_offer")
    if incident is IncidentStatus.RESPONDING and not backup:
        raise Conflict(
            "a unit is on this incident already; ask for back-up to send another",
            code="needs_backup",
        )


def check_unit(code: str, status: str, act: UnitAct) -> None:
    """Refuse what a unit as it stands does not allow. Raises Conflict ``unit_taken``."""
    if status not in UNIT.sources(act):
        raise Conflict(
            f"unit {code} is {status}; it cannot be sent now",
            code="unit_taken",
            unit=code,
            status=status,
        )
