"""The application: every part put together, started and stopped in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from dispatch import routes as dispatch_routes
from dispatch.approvals import routes as approval_routes
from dispatch.assignments import routes as assignment_routes
from dispatch.broadcasts import routes as broadcast_routes
from dispatch.calls import routes as call_routes
from dispatch.cards import routes as card_routes
from dispatch.channels import routes as channel_routes
from dispatch.check_ins import routes as check_in_routes
from dispatch.corrections import routes as correction_routes
from dispatch.coverage import routes as coverage_routes
from dispatch.diverts import routes as divert_routes
from dispatch.exchange import routes as exchange_routes
from dispatch.figures import routes as figure_routes
from dispatch.followups import routes as follow_up_routes
from dispatch.handovers import routes as hand_over_routes
from dispatch.history import routes as history_routes
from dispatch.links import routes as link_routes
from dispatch.matching import routes as matching_routes
from dispatch.milestones import routes as milestone_routes
from dispatch.ownership import routes as ownership_routes
from dispatch.partners import routes as partner_routes
from dispatch.recommendations import routes as recommendation_routes
from dispatch.referrals import routes as referral_routes
from dispatch.removals import routes as removal_routes
from dispatch.reviews import routes as review_routes
from dispatch.scenes import routes as scene_routes
from dispatch.seeking import routes as seeking_routes
from dispatch.shelters import routes as shelter_routes
from dispatch.suggestions import routes as suggestion_routes
from dispatch.tasks import routes as task_routes
from dispatch.transfers import routes as transfer_routes
from dispatch.triage import routes as triage_routes
from fleet.alarms import routes as alarm_routes
from fleet.crews import queries as crew_queries
from fleet.crews import routes as crew_routes
from fleet.devices import routes as device_routes
from fleet.devices.device import Memory
from fleet.devices.rates import Rates
from fleet.quarantine import routes as quarantine_routes
from fleet.tracking import queries as tracking_queries
from fleet.tracking import routes as tracking_routes
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import VettingRules
from fleet.tracks import routes as track_routes
from fleet.units import routes as unit_routes
from fleet.vehicles import routes as vehicle_routes
from geo import routes as ground_routes
from geo.codes import routes as code_routes
from geo.gazetteer import routes as gazetteer_routes
from geo.where import routes as where_routes
from kit.db import Database
from kit.errors import NotFound
from kit.log import log
from kit.settings import Settings
from realtime import sockets, tracker_routes
from realtime.airing import Airing
from realtime.board import Board
from realtime.counties import Counties
from realtime.cover import CoverWatch
from realtime.facts import Fact
from realtime.feed import Feed
from realtime.fences import Fences
from realtime.hub import Hub
from realtime.ingest import Ingest
from server import gate, health, problems
from server.clockwork import Clockwork, make_partitions
from server.fleet_watch import FleetWatch
from server.ground_watch import GroundWatch
from server.login import queries as login_queries
from server.login import routes as login_routes
from server.login.passwords import Guesses
from server.openapi import document
from server.telemetry import Telemetry

API = "/api/v1"
CONSOLE = Path(__file__).parent.parent / "console" / "dist"


def build(settings: Settings, dsn: str) -> FastAPI:
    """Return the application over the database at ``dsn``; its lifespan runs everything."""
    app = FastAPI(
        title="Sayyar",
        version="0.1.0",
        lifespan=_lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    _compose(app, settings, dsn)
    problems.install(app)
    for router in (
        login_routes.router,
        ground_routes.router,
        gazetteer_routes.router,
        where_routes.router,
        unit_routes.router,
        crew_routes.router,
        vehicle_routes.router,
        device_routes.router,
        tracking_routes.router,
        quarantine_routes.router,
        alarm_routes.router,
        track_routes.router,
        call_routes.router,
        exchange_routes.router,
        triage_routes.router,
        code_routes.router,
        dispatch_routes.router,
        card_routes.router,
        coverage_routes.router,
        recommendation_routes.router,
        matching_routes.router,
        link_routes.router,
        history_routes.router,
        seeking_routes.router,
        assignment_routes.router,
        divert_routes.router,
        milestone_routes.router,
        suggestion_routes.router,
        check_in_routes.router,
        task_routes.router,
        ownership_routes.router,
        transfer_routes.router,
        correction_routes.router,
        approval_routes.router,
        channel_routes.router,
        broadcast_routes.router,
        figure_routes.router,
        review_routes.router,
        partner_routes.router,
        hand_over_routes.router,
        removal_routes.router,
        referral_routes.router,
        follow_up_routes.router,
        scene_routes.router,
        shelter_routes.router,
    ):
        app.include_router(router, prefix=API)
    for open_router in (health.router, tracker_routes.router, sockets.router):
        app.include_router(open_router)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    app.add_middleware(
        gate.Gate,
        body_limit=settings.body_limit_bytes,
        public_origin=settings.public_origin,
        count_refusal=app.state.telemetry.count_refusal,
    )
    _serve_console(app)
    return app


def _compose(app: FastAPI, settings: Settings, dsn: str) -> None:
    """Make the parts and let them know of each other."""
    state = app.state
    state.settings = settings
    state.authenticate = login_routes.authenticate
    state.session_of = login_routes.session_of
    state.guesses = Guesses(settings.sign_in_tries)
    state.db = Database(
        dsn, size=settings.pool_size, statement_timeout_s=settings.statement_timeout_s
    )
    state.off_duty = partial(crew_queries.off_duty, time_zone=settings.time_zone)
    state.dispatchers = login_queries.dispatchers
    state.device_memory = Memory()
    state.long_reads = asyncio.Semaphore(max(1, settings.pool_size // 3))
    state.fix_rates = Rates(settings.device_fixes_per_s, settings.device_fixes_at_once)
    state.device_rates = Rates(settings.device_requests_per_s, settings.device_requests_at_once)
    rules = VettingRules(*(getattr(settings, rule.name) for rule in fields(VettingRules)))
    board, positions = Board(), Positions(rules)
    state.hub = Hub(board, positions)
    state.fences = Fences(state.db, board, positions)
    state.feed = Feed(state.db, board, partial(_publish, state.hub, state.fences))
    state.telemetry = Telemetry(state.hub, state.feed)
    state.ingest = Ingest(
        state.db,
        positions,
        board,
        state.telemetry,
    )
    state.counties = Counties(state.db, positions, lambda: state.areas)
    state.airing = Airing(state.db, board, positions, lambda: state.areas)
    state.cover = CoverWatch(state.db, state.hub, settings.time_zone)


def _publish(hub: Hub, fences: Fences, facts: list[Fact], frame: str) -> None:
    fences.hear(facts)
    hub.facts(facts, frame)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    await state.db.open()
    await make_partitions(state.db)
    await state.feed.start()
    await _load_positions(app)
    ground_watch = GroundWatch(app)
    await ground_watch.look()
    fleet_watch = FleetWatch(app)
    await fleet_watch.look()
    jobs = [
        asyncio.create_task(state.feed.run(), name="feed"),
        asyncio.create_task(state.ingest.run(state.settings.flush_s), name="ingest"),
        asyncio.create_task(_ticks(app), name="ticks"),
        asyncio.create_task(ground_watch.run(), name="ground"),
        asyncio.create_task(fleet_watch.run(), name="fleet"),
        asyncio.create_task(state.fences.run(), name="fences"),
        asyncio.create_task(state.counties.run(), name="counties"),
        asyncio.create_task(state.airing.run(), name="airing"),
        asyncio.create_task(state.cover.run(), name="cover"),
        asyncio.create_task(Clockwork(state.db, state.hub, state.settings).run(), name="clockwork"),
    ]
    for job in jobs:
        job.add_done_callback(_stop_when_broken)
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await state.ingest.flush()
        await state.db.close()


def _stop_when_broken(job: "asyncio.Task[None]") -> None:
    """End the process when a job that never ends has ended: half a server is worse than none."""
    if not job.cancelled():
        log.critical("a job broke; the server stops", job=job.get_name(), exc_info=job.exception())
        raise SystemExit(1)


async def _load_positions(app: FastAPI) -> None:
    async with app.state.db.read() as conn:
        known = await tracking_queries.newest(conn)
    app.state.hub.positions.load(fix for fix in known if app.state.feed.board.on_shift(fix.unit_id))


async def _ticks(app: FastAPI) -> None:
    while True:
        await asyncio.sleep(app.state.settings.tick_s)
        app.state.hub.tick()


def _serve_console(app: FastAPI) -> None:
    """Serve the built console: its one page at each of its addresses, and its files."""
    for address in ("/", "/team", "/admin", "/board"):
        app.add_api_route(address, _page, include_in_schema=False)
    app.mount("/", StaticFiles(directory=CONSOLE, check_dir=False), name="console")


async def _page() -> FileResponse:
    page = CONSOLE / "index.html"
    if not page.is_file():
        raise NotFound("the console is not built; bin/setup builds it")
    return FileResponse(page, headers={"cache-control": "no-cache"})
