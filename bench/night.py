"""A scripted night at 1, 10 and 50 times the usual demand: what came of it, and the accounting."""

from bench.report import Report
from bench.stand import Stand, pool
from server.login.passwords import hashed
from tests.support.databases import PASSWORD
from tests.support.night.accounts import account
from tests.support.night.figures import figures
from tests.support.night.night import Plan, played

TIMES = (1, 10, 50)
SHOWN = 5


async def run(stand: Stand, quick: bool) -> Report:
    """Play each night and account for it."""
    plans = [Plan(10, hours=1)] if quick else [Plan(times) for times in TIMES]
    faults: list[str] = []
    columns = [await _night(stand, plan, faults) for plan in plans]
    heads = [f"{plan.times} x, {plan.hours:g} h" for plan in plans]
    report = Report("night", "A scripted night", ["", *heads])
    report.rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    report.notes = [
        "The real server on a simulated clock; one seed, the same night each time.",
        f"Seed {plans[0].seed}; begins at 19:45 in Tehran; the usual demand is 55 calls a day.",
        *faults,
    ]
    return report


async def _night(stand: Stand, plan: Plan, faults: list[str]) -> dict[str, str]:
    """Play a night; return its column. What is found wrong is added to ``faults`` in words."""
    with stand.database() as dsn:
        await _let_in(dsn)
        async with played(dsn, plan) as night:
            found = await account(night)
            told = {name: f"{number:,}" for name, number in figures(night).items()}
            for promise, wrong in found.items():
                faults += [f"{plan.times} x: {promise}: {fault}" for fault in wrong[:SHOWN]]
            return told | {promise: _verdict(wrong) for promise, wrong in found.items()}


def _verdict(faults: list[str]) -> str:
    return f"{len(faults)} FAULTS" if faults else "yes"


async def _let_in(dsn: str) -> None:
    """Give all accounts the password that the script knows."""
    async with pool(dsn) as db, db.write() as conn:
        await conn.execute(
            "UPDATE account SET password_hash = %s, must_change_password = false",
            (await hashed(PASSWORD),),
        )
