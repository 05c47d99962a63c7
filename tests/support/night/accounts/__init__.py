"""The accounting: each account looks at one promise and returns what breaks it, in plain words.

None asks the code that keeps the promise: they go by the script's own record, by the facts as a
console heard them, and by SQL of their own over the tables.
"""

from collections.abc import Awaitable, Callable

from tests.support.night.accounts import alarms, boards, calls, decisions, owners, units
from tests.support.night.night import Outcome

Account = Callable[[Outcome], Awaitable[list[str]]]

ACCOUNTS: dict[str, Account] = {
    "every call has the outcome that the script gave it": calls.every_call_has_its_outcome,
    "every incident is over or open with an owner": calls.every_incident_is_over_or_owned,
    "every open incident had one owner at every instant": owners.each_open_incident_had_one,
    "two saw what needs two": owners.two_saw_what_needs_two,
    "nothing happened that nobody did": calls.nothing_happened_that_nobody_did,
    "no alarm was missed or doubled": alarms.none_missed_none_doubled,
    "every alarm ended when what it told of ended": alarms.each_ended_in_time,
    "every call for help was an alarm": alarms.every_call_for_help,
    "no unit was on two jobs or two offers at once": units.none_double_booked,
    "no crew worked off shift": units.none_worked_off_shift,
    "every unit on duty was ranked or excluded with a reason": decisions.every_unit_had_a_reason,
    "every decision made again is the same": decisions.each_decision_replays,
    "the journal replays to the same state": boards.the_journal_replays,
    "every console shows the same state": boards.every_console_agrees,
}


async def account(night: Outcome) -> dict[str, list[str]]:
    """Return what each account found wrong; nothing where all is well."""
    return {promise: await check(night) for promise, check in ACCOUNTS.items()}
