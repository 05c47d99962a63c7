"""Keeps the county index of the process in step with the tables and with the date."""

import asyncio
from datetime import date

import psycopg
from fastapi import FastAPI

from geo import queries
from kit.clock import day_of, now
from kit.errors import Refusal
from kit.log import log

LOOK_EVERY_S = 15.0


class GroundWatch:
    """Reloads ``app.state.areas`` when the day or the counties change."""

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
                     md5(string_agg(valid::text, '' ORDER BY id)) AS days FROM county"""
            )
            mark = (today, await cursor.fetchone())
            if mark != self._known:
                self.app.state.areas = await queries.areas_on(conn, today)
                self._known = mark
