"""Whether an incident takes a unit and a unit may go, as they stand; else why not."""

from dispatch.incidents import queries as incidents
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from fleet.units.unit import UNIT, UnitAct
from kit.db import Connection
from kit.errors import Conflict

ON_OFFER = "the incident is on offer to a unit already; withdraw that offer first"


async def lock_to_offer(conn: Connection, incident_id: int, *, backup: bool) -> None:
    """Lock an incident for which a unit is sought. Raises NotFound, or Conflict if it takes none.

    Whoever answers meanwhile waits, so that what is made of the search stands on what it saw.
    """
    status, row = await incidents.lock(conn, incident_id)
    check_incident(status, on_offer=row["on_offer"], backup=backup)


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


async def check_wanted(conn: Connection, incident_id: int, *, backup: bool) -> None:
    """Refuse a second unit that nobody asked for. Raises Conflict ``needs_backup``."""
    incident, _ = await incidents.find(conn, incident_id)
    if incident is IncidentStatus.RESPONDING and not backup:
        raise Conflict("another unit was sent meanwhile", code="needs_backup")
