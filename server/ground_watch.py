"""Keeps what the process knows of the ground in step with the tables and with the date."""

import asyncio
from datetime import date

import psycopg
from fastapi import FastAPI

from fleet.tracking.region import Region
from fleet.tracking.spoofing import Disc
from geo import queries
from kit.clock import day_of, now
from kit.db import Connection
from kit.errors import Refusal
from kit.log import log

LOOK_EVERY_S = 15.0


class GroundWatch:
    """Reloads ``app.state.areas``, and what vetting knows of the ground, when either changes."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._known: tuple[date, object] | None = None

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except (psycopg.Error, Refusal) as error:
                log.warning("the ground cannot be read now", error=str(error))

    async def look(self) -> None:
        """Reload if something changed. Raises Conflict when there is no ground yet."""
        today = day_of(now(), self.app.state.settings.time_zone)
        async with self.app.state.db.read() as conn:
            cursor = await conn.execute(
                """SELECT count(*) AS n, max(id) AS last,
                     md5(string_agg(valid::text, '' ORDER BY id)) AS days,
                     (SELECT md5(string_agg(extra::text || valid::text, '' ORDER BY id)) FROM code
                       WHERE domain = 'spoof_place') AS places FROM county"""
            )
            mark = (today, await cursor.fetchone())
            if mark != self._known:
                self.app.state.areas = await queries.areas_on(conn, today)
                await self._teach(conn, today)
                self._known = mark

    async def _teach(self, conn: Connection, today: date) -> None:
        """Tell vetting where units can be, and where spoofed receivers show up."""
        margin_m = self.app.state.settings.region_margin_km * 1000
        outlines = [outline for _, outline in await queries.counties_on(conn, today)]
        places = (await queries.codes(conn, today)).get("spoof_place", [])
        discs = [Disc(place["lat"], place["lon"], place["radius_m"]) for place in places]
        self.app.state.hub.positions.learn(Region(outlines, margin_m), discs)
