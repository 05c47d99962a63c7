"""Keeps what the process goes by for its units in step: dated rules, centres, devices."""

import asyncio

import psycopg
from fastapi import FastAPI

from fleet.devices import queries as devices
from fleet.tracking.hints import HintRules
from fleet.tracking.staleness import Limits
from geo import queries as ground
from kit.clock import day_of, now
from kit.errors import Refusal
from kit.log import log
from realtime.hub import Hub

LOOK_EVERY_S = 15.0


class FleetWatch:
    """Tells the hub the rules of the day, where the centres are and how often devices report."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except (psycopg.Error, Refusal) as error:
                log.warning("the rules cannot be read now", error=str(error))

    async def look(self) -> None:
        """Read all of it. Raises Conflict when there are no rules yet."""
        hub: Hub = self.app.state.hub
        today = day_of(now(), self.app.state.settings.time_zone)
        async with self.app.state.db.read() as conn:
            rules = await ground.rules_on(conn, today)
            centres = await ground.centres_on(conn, today)
            hub.positions.intervals_s = await devices.intervals_s(conn)
        hub.positions.limits = Limits(rules.fix_max_age_s, rules.manual_max_age_s)
        hub.hint_rules = HintRules(rules.report_job_s, rules.report_moving_s, rules.report_parked_s)
        hub.take_centres({centre.code: centre.place for centre in centres})
