"""Units: never on two things at once, and never on a job without a crew on shift."""

from realtime.board import Board
from tests.support.night.night import Outcome

LIVE = """SELECT id, unit_id, incident_id, tstzrange(dispatched_at,
      coalesce(cleared_at, cancelled_at, 'infinity')) AS spell FROM assignment"""
OPEN = """SELECT id, unit_id, incident_id,
      tstzrange(made_at, coalesce(answered_at, 'infinity')) AS spell FROM offer"""


async def none_double_booked(night: Outcome) -> list[str]:
    """Find two jobs, two offers, or a job and an offer of a unit that overlap."""
    faults = []
    for one, other in ((LIVE, LIVE), (OPEN, OPEN), (LIVE, OPEN)):
        rows = await night.server.sql(
            f"""SELECT unit_id, a.id, b.id, (a.spell * b.spell)::text
                FROM ({one}) a JOIN ({other}) b USING (unit_id)
                WHERE a.spell && b.spell AND (a.id < b.id OR %s)""",
            one != other,
        )
        faults += [f"unit {unit}: {a} and {b} during {spell}" for unit, a, b, spell in rows]
    return faults + _in_the_facts(night)


def _in_the_facts(night: Outcome) -> list[str]:
    """Find an instant at which the facts had a unit on two jobs, as consoles saw it."""
    board, faults = Board(), []
    board.load(night.first)
    for fact in night.facts:
        board.apply(fact)
        jobs = [job.unit_id for job in board.assignments.values()]
        if fact.assignment and jobs.count(fact.assignment.unit_id) > 1:
            faults.append(f"unit {fact.assignment.unit_id} has two jobs after fact {fact.seq}")
    return faults


async def none_worked_off_shift(night: Outcome) -> list[str]:
    """Find jobs that were not within one shift of their unit."""
    rows = await night.server.sql(
        f"""SELECT a.id, a.unit_id FROM ({LIVE}) a WHERE NOT EXISTS (SELECT FROM shift s
              WHERE s.unit_id = a.unit_id
                AND tstzrange(s.started_at, coalesce(s.ended_at, 'infinity')) @> a.spell)"""
    )
    return [f"job {job} of unit {unit} is outside every shift" for job, unit in rows]
