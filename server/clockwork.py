"""The clockwork: finds what is due and does it. Silence is a case, not an accident.

Everything due is a row, so a restart forgets nothing; rows that another worker holds are skipped.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from dispatch.approvals import actions as approvals
from dispatch.broadcasts import actions as broadcasts
from dispatch.channels import actions as channels
from dispatch.channels.queries import Letter
from dispatch.exchange import actions as exchange
from dispatch.partners import actions as partners
from dispatch.partners.view import Letter as PartnerLetter
from dispatch.seeking import actions as seeking
from dispatch.seeking import queries as due
from dispatch.watches import actions as watches
from dispatch.watches.queries import WATCHES
from fleet.alarms.alarm import AlarmKind
from fleet.crews import actions as crews
from fleet.quarantine import actions as quarantine
from fleet.tracks import actions as tracks
from fleet.tracks import queries as track_queries
from fleet.vehicles import actions as vehicles
from kit.clock import day_of, now
from kit.db import Connection, Database
from kit.errors import Refusal
from kit.log import log
from kit.settings import Settings
from realtime.hub import Hub
from realtime.protocol import Close
from server.gateway import Gateway
from server.login import queries as login
from server.partner_gateway import PartnerGateway

LOOK_EVERY_S = 0.5
WATCH_EVERY_S = 1.0
AFTER_BELL_S = 0.02
TIDY_EVERY_S = 3600.0
RECHECK_EVERY_S = 5.0
CALENDAR_EVERY_S = 5.0
PARTITIONS_BACK, PARTITIONS_AHEAD = 2, 3
MESSAGES_AT_ONCE = 8
EXPECTED = (psycopg.Error, Refusal)
"""What a job may raise and be tried again; anything else ends the server, which is seen."""

Job = Callable[..., Awaitable[None]]
Step = Callable[[Connection, datetime], Awaitable[bool]]
Watch = Callable[[Connection, AlarmKind, datetime, date], Awaitable[bool]]


class Clockwork:
    """The jobs of one process, each on its beat."""

    def __init__(self, db: Database, hub: Hub, settings: Settings) -> None:
        self.db = db
        self.hub = hub
        self.settings = settings
        self.gateway = Gateway(settings)
        self.partners = PartnerGateway(settings)
        self._bell = asyncio.Event()
        db.on_commit.append(lambda _: self._bell.set())

    async def run(self) -> None:
        """Run every job for ever; one partner, or one message, that hangs holds up no other."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat(self.dispatch, LOOK_EVERY_S, bell=self._bell))
            for job in (self.watch, self.queue_messages, self.expire):
                group.create_task(self._beat(job, WATCH_EVERY_S))
            for _ in range(MESSAGES_AT_ONCE if self.settings.channel_url else 0):
                group.create_task(self._beat(self.send_messages, WATCH_EVERY_S))
            for partner in (*self.settings.partners, None):
                group.create_task(self._beat(self.relay, WATCH_EVERY_S, partner))
            group.create_task(self._beat(self.tidy, TIDY_EVERY_S))
            group.create_task(self._beat(self.keep_history, TIDY_EVERY_S))
            group.create_task(self._beat(self.recheck, RECHECK_EVERY_S))
            group.create_task(self._beat(self.follow_calendar, CALENDAR_EVERY_S))

    async def _beat(
        self, job: Job, every_s: float, *args: Any, bell: asyncio.Event | None = None
    ) -> None:
        bell = bell or asyncio.Event()
        while True:
            try:
                await job(*args)
            except* EXPECTED as failed:
                for error in failed.exceptions:
                    log.error("a job failed; it is tried again", job=job.__name__, error=str(error))
                bell.clear()
            await _wait(bell, every_s)

    async def dispatch(self) -> None:
        """Expire offers whose time is over, and offer on what seeks a unit."""
        self._bell.clear()
        async with self.db.read() as conn:
            if not await due.anything_due(conn, now()):
                return
        await self._each(seeking.expire_one, self._go_on)

    async def _go_on(self, conn: Connection, at: datetime) -> bool:
        return await seeking.go_on_one(conn, at, day_of(at, self.settings.time_zone))

    async def _each(self, *steps: Step) -> None:
        """Do every step for all that is due, whatever becomes of the others.

        Raises together what they raised.
        """
        failed: list[Exception] = []
        for step in steps:
            try:
                while await self._one(step):
                    pass
            except EXPECTED as error:
                failed.append(error)
        if failed:
            raise ExceptionGroup("some steps failed", failed)

    async def _one(self, step: Step) -> bool:
        async with self.db.read() as conn, conn.transaction():
            done = await step(conn, now())
        if done:
            self.db.committed()
        return done

    async def watch(self) -> None:
        """End broadcasts whose time is over; raise and end the alarms of what stands too long."""
        sides = (watches.end_over, watches.tell_due)
        await self._each(
            broadcasts.expire_one, *(self._watch(side, kind) for kind in WATCHES for side in sides)
        )

    def _watch(self, watch: Watch, kind: AlarmKind) -> Step:
        zone = self.settings.time_zone
        return lambda conn, at: watch(conn, kind, at, day_of(at, zone))

    async def queue_messages(self) -> None:
        """Queue short messages about offers that gave no sign, where a gateway is set."""
        zone = self.settings.time_zone
        if self.settings.channel_url:
            await self._each(lambda conn, at: channels.queue_silent(conn, at, day_of(at, zone)))

    async def send_messages(self) -> None:
        """Send what is queued, one message after the other."""
        while letter := await self._next_letter():
            failure = await self.gateway.send(letter)
            async with self.db.write() as conn:
                await channels.tried(conn, letter, failure, now=now())

    async def _next_letter(self) -> Letter | None:
        within = timedelta(seconds=self.settings.channel_timeout_s)
        async with self.db.read() as conn, conn.transaction():
            return await channels.next_to_send(conn, now(), within)

    async def relay(self, partner: str | None) -> None:
        """Send the relays to a partner's system, each again until it is taken or given up.

        None: those to partners that are set up no more.
        """
        while letter := await self._next_relay(partner):
            failure = await self.partners.send(letter)
            async with self.db.write() as conn:
                await partners.tried(conn, letter, failure, now=now())

    async def _next_relay(self, partner: str | None) -> PartnerLetter | None:
        async with self.db.read() as conn, conn.transaction():
            return await partners.next_to_send(conn, self.settings.partners, partner, now())

    async def expire(self) -> None:
        """End the requests for a second person whose time is over."""
        await self._each(approvals.expire_one)

    async def tidy(self) -> None:
        """Make the history partitions of the days around today; drop what has run out."""
        await make_partitions(self.db)
        async with self.db.write() as conn:
            await conn.execute("DELETE FROM session WHERE expires_at < %s", (now(),))
            oldest = now() - timedelta(days=self.settings.idempotency_days)
            await conn.execute("DELETE FROM idempotency WHERE created_at < %s", (oldest,))
            await exchange.purge(
                conn, now() - timedelta(seconds=3 * self.settings.exchange_window_s)
            )
            await quarantine.purge(conn, now() - timedelta(days=self.settings.quarantine_days))

    async def keep_history(self) -> None:
        """Drop, thin and put in order the days of history that are due, beside everything else."""
        async with tracks.keeper(self.db.dsn) as conn:
            if conn is None:
                return
            rules = await track_queries.rules_on(conn, day_of(now(), self.settings.time_zone))
            await tracks.keep_house(conn, rules, now())

    async def follow_calendar(self) -> None:
        """Give shifts the duty that has begun, and hold against vehicles what fell due."""
        zone = self.settings.time_zone
        await self._each(
            lambda conn, at: crews.follow_one(conn, at, zone),
            lambda conn, at: vehicles.settle_one(conn, at, day_of(at, zone)),
        )

    async def recheck(self) -> None:
        """Close sockets whose session or device is no longer let in."""
        listeners = self.hub.listeners()
        if not listeners:
            return
        async with self.db.read() as conn:
            live = await login.live(conn, [one.credential for one in listeners], now())
        for listener in listeners:
            if listener.credential not in live:
                listener.close(Close.UNAUTHENTICATED)


async def make_partitions(db: Database) -> None:
    """Make the history partitions of the days around today; any other is made when a fix comes."""
    today = now().date()
    days = [today + timedelta(days=n) for n in range(-PARTITIONS_BACK, PARTITIONS_AHEAD + 1)]
    async with db.read() as conn:
        await tracks.ensure_partitions(conn, days)


async def _wait(bell: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(bell.wait(), seconds)
        # Whoever waits to hear of the commit goes first, and commits in a row share one look.
        await asyncio.sleep(AFTER_BELL_S)
    except TimeoutError:
        return
