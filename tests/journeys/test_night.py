"""A scripted night on a simulated clock: everything that came is accounted for.

Calls at 1 and 10 times the usual demand for twelve hours, and at 50 times for the first four, by
several dispatchers and all crews, with declines, silences, lost links, diverts, hand-overs and
shift changes, on the real server. ``bin/bench night`` plays all twelve hours of each; docs/night.md
says what is done and what is accounted for.
"""

import asyncio
from collections.abc import Callable

import pytest

from server.cluster import Cluster
from tests.journeys.test_console_board import replayed
from tests.support.databases import cloned
from tests.support.night.accounts import ACCOUNTS, account
from tests.support.night.accounts.boards import differences
from tests.support.night.figures import figures
from tests.support.night.night import Outcome, Plan, played
from tests.support.night.record import Act

HAPPENS = ("closed", "accepted", "check-ins", "shifts begun", "links lost", "alarms told")
HAPPENS_WHEN_BUSY = (
    *HAPPENS,
    "merged",
    "declined",
    "diverted",
    "requests",
    "refused",
    "acts sent late",
    "rounds without a unit",
    "cases accepted",
    "cases declined",
    "taken over",
    "approved by a second person",
    "done alone",
    "sent to another desk",
    "received there",
)
ALARMS_WHEN_BUSY = {"transfer_unreceived", "owner_gone", "supervisor"}


@pytest.mark.parametrize("plan", [Plan(1), Plan(10), Plan(50, hours=4)], ids=["1x", "10x", "50x"])
async def test_a_night_is_accounted_for(dsn: str, plan: Plan) -> None:
    async with played(dsn, plan) as night:
        found = await account(night)
        assert {promise: faults for promise, faults in found.items() if faults} == {}
        told = figures(night)
        busy = plan.times >= 50
        assert all(told[name] for name in (HAPPENS_WHEN_BUSY if busy else HAPPENS)), told
        assert (
            not busy
            or {fact.alarm.reason for fact in night.facts if fact.alarm} >= ALARMS_WHEN_BUSY
        )
        console = await asyncio.to_thread(replayed, night.frames)
        assert differences(console, night.last) == []


async def test_the_same_seed_is_the_same_night(cluster: Cluster, seeded_template: str) -> None:
    told = []
    for _ in range(2):
        with cloned(cluster, seeded_template) as dsn:
            async with played(dsn, Plan(10, hours=1)) as night:
                told.append([(fact.at, fact.kind, fact.by) for fact in night.facts])
    assert told[0] == told[1]
    assert told[0]


SABOTAGE: dict[str, str] = {
    "every call has the outcome that the script gave it": """UPDATE call
        SET outcome = 'referral_only'
        WHERE id = (SELECT min(id) FROM call WHERE outcome = 'no_action')""",
    "every open incident had one owner at every instant": """UPDATE incident SET owner = 'planner'
        WHERE id = (SELECT min(id) FROM incident WHERE closed_at IS NULL)""",
    "two saw what needs two": """UPDATE approval SET status = 'withdrawn'
        WHERE id = (SELECT min(id) FROM approval WHERE status <> 'withdrawn')""",
    "every incident is over or open with an owner": """UPDATE incident SET owner = 'nobody'
        WHERE id = (SELECT min(id) FROM incident WHERE closed_at IS NULL)""",
    "no alarm was missed or doubled": """DELETE FROM alarm
        WHERE id = (SELECT min(id) FROM alarm WHERE occasion IS NOT NULL)""",
    "every alarm ended when what it told of ended": """UPDATE alarm
        SET acknowledged_at = acknowledged_at + interval '2 s'
        WHERE id = (SELECT max(id) FROM alarm WHERE acknowledged_by = 'system')""",
    "no unit was on two jobs or two offers at once": """INSERT INTO assignment
          (incident_id, unit_id, dispatched_at, dispatched_by, cleared_at)
        SELECT incident_id, unit_id, dispatched_at + interval '1 s', dispatched_by, cleared_at
        FROM assignment WHERE cleared_at IS NOT NULL ORDER BY id LIMIT 1""",
    "every decision made again is the same": """UPDATE recommendation
        SET inputs = jsonb_set(inputs, '{candidates}', '[]')
        WHERE id = (SELECT max(id) FROM recommendation)""",
    "the journal replays to the same state": """DO $$ BEGIN
        SET LOCAL session_replication_role = replica;
        DELETE FROM journal
        WHERE id = (SELECT max(id) FROM journal WHERE kind = 'milestone_reached'); END $$""",
    "every unit on duty was ranked or excluded with a reason": """UPDATE recommendation
        SET result = jsonb_set(result, '{excluded,0,reasons}', '[]')
        WHERE id = (SELECT min(id) FROM recommendation WHERE result -> 'excluded' <> '[]')""",
    "no crew worked off shift": """UPDATE shift SET started_at = started_at + interval '5 hours'
        WHERE unit_id = (SELECT unit_id FROM assignment ORDER BY id LIMIT 1)""",
}
"""For each promise something that breaks it behind the product's back."""


def _undone(night: Outcome) -> None:
    acts = night.record.acts
    acts.remove(next(act for act in acts if act.word == "accept" and act.refused is None))


def _called_for_help(night: Outcome) -> None:
    night.record.acts.append(Act(night.plan.ends_at, "ark-1", "sos", None))


def _drifted(night: Outcome) -> None:
    night.consoles[0].board.units.popitem()


FORGERY: dict[str, Callable[[Outcome], None]] = {
    "nothing happened that nobody did": _undone,
    "every call for help was an alarm": _called_for_help,
    "every console shows the same state": _drifted,
}


async def test_each_account_finds_what_breaks_its_promise(dsn: str) -> None:
    assert SABOTAGE.keys() | FORGERY.keys() == ACCOUNTS.keys()
    async with played(dsn, Plan(10, hours=3)) as night:
        assert not any((await account(night)).values())
        for promise, statement in SABOTAGE.items():
            assert not await ACCOUNTS[promise](night), promise
            await night.server.sql(statement)
            assert await ACCOUNTS[promise](night), promise
        for promise, forge in FORGERY.items():
            forge(night)
            assert await ACCOUNTS[promise](night), promise
