"""``sayyar up``: the database, migrations, seed, and the server, started and stopped in order."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
import uvloop
from rich.console import Console
from rich.table import Table

from kit import journal
from kit.db import Database
from kit.settings import Settings
from server import migrate
from server.app import build
from server.binaries import ClusterError
from server.cluster import Cluster
from server.seed import SignInName, seed

Beside = Callable[[str], Coroutine[Any, Any, None]]


async def prepare(dsn: str) -> list[SignInName]:
    """Migrate, settle and seed the database; return the accounts that were made."""
    await asyncio.to_thread(migrate.to_head, dsn)
    db = Database(dsn, size=2)
    await db.open()
    try:
        async with db.write() as conn:
            await journal.settle(conn)
        return await seed(db)
    finally:
        await db.close()


def server_of(settings: Settings, dsn: str) -> uvicorn.Server:
    """Return the web server over the application: no compression, heartbeats of our own."""
    config = uvicorn.Config(
        build(settings, dsn),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=settings.frame_limit_bytes,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    return uvicorn.Server(config)


def settle_memory() -> None:
    """Keep what the start made out of the collector's way, and let it look less often.

    Thousands of reports wait for each flush; walking them again and again cost a fifth of a fix.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class PortTakenError(ClusterError):
    """Somebody else listens where we should."""


def listen(settings: Settings) -> socket.socket:
    """Return the listening socket. Raises PortTakenError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as error:
        sock.close()
        raise PortTakenError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror};"
            " choose another with SAYYAR_PORT"
        ) from error
    return sock


def run(settings: Settings, out: Console, beside: Beside | None = None) -> None:
    """Serve until a signal; ``beside`` gets the address and runs next to the server."""
    # uvicorn raises a signal again once it has stopped: let SIGTERM, as Ctrl-C, not skip the rest.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sock = listen(settings)
    cluster = None if settings.dsn else Cluster(settings.data_dir)
    if cluster:
        cluster.start()
    try:
        dsn = cluster.dsn() if cluster else settings.dsn
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, dsn, cluster, out, beside, sock))
    finally:
        sock.close()
        if cluster:
            cluster.stop()


async def _serve(
    settings: Settings,
    dsn: str,
    cluster: Cluster | None,
    out: Console,
    beside: Beside | None,
    sock: socket.socket,
) -> None:
    accounts = await prepare(dsn)
    server = server_of(settings, dsn)
    tasks = [asyncio.create_task(cluster.watch())] if cluster else []
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event
        await asyncio.sleep(0.01)
    if server.started:
        settle_memory()
        address = _address(sock, settings)
        _announce(out, address, accounts, settings)
        if beside:
            tasks.append(asyncio.create_task(beside(address)))
    try:
        await serving
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _address(sock: socket.socket, settings: Settings) -> str:
    port = sock.getsockname()[1]
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    return f"http://{host}:{port}"


def _announce(out: Console, address: str, accounts: list[SignInName], settings: Settings) -> None:
    if accounts:
        table = Table(title="Sign-in names, shown this once; each asks for a password of your own")
        for column in ("name", "one-time password", "role"):
            table.add_column(column)
        for account in accounts:
            table.add_row(account.name, account.password, account.role.value)
        out.print(table)
    where = "your own database" if settings.dsn else f"data in {settings.data_dir}"
    out.print(f"Sayyar serves at [bold]{address}[/bold]  (team page: {address}/team; {where})")
    out.print("Ctrl-C stops it. A lost password: sayyar password NAME")
