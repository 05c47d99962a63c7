"""What tests of transitions begin with: an incident, a unit on shift, a unit on a job."""

from datetime import timedelta

from kit.clock import now
from tests.support.transitions import Ground, Thing

PLACE = {"lat": 34.0863, "lon": 49.6894, "group": "other"}
STEPS = ["en_route", "on_scene", "transporting", "at_destination"]
HOURS_8 = timedelta(hours=8)
SHIFT = {"ends_at": (now() + HOURS_8).isoformat(), "duty": "around_the_clock"}


async def new_incident(ground: Ground, priority: int = 3) -> int:
    return int((await ground.post("/incidents", **PLACE, priority=priority))["id"])


async def new_unit(ground: Ground) -> Thing:
    """Return a unit on shift, which is free."""
    n = next(ground.number)
    unit_id = await ground.sql(
        """INSERT INTO unit (code, name_fa, name_en, centre_code, capabilities)
           SELECT 'T-' || %s, 'T', 'T', centre_code, '{}' FROM unit LIMIT 1 RETURNING id""",
        n,
    )
    crew = [{"name": "A", "role": "driver", "staff_no": f"staff-{n}"}]
    shift = await ground.post("/shifts", unit_id=unit_id, crew=crew, **SHIFT)
    return {"unit_id": unit_id, "shift_id": shift["shift_id"]}


async def assigned(ground: Ground, thing: Thing) -> Thing:
    """Send a free unit to a new incident."""
    incident_id = await new_incident(ground)
    job = await ground.post(f"/incidents/{incident_id}/assignments", unit_id=thing["unit_id"])
    return thing | {"incident_id": incident_id, "assignment_id": job["id"]}


async def reach(ground: Ground, thing: Thing, *milestones: str) -> None:
    for milestone in milestones:
        path = f"/assignments/{thing['assignment_id']}/milestones"
        await ground.post(path, milestone=milestone)
