"""Spoilt bodies and frames for minutes on end: no crash, no 5xx, no memory without bound.

Each form's good bodies are spoilt at random and sent with a good token; so are the frames of both
sockets. Seeded: the same bodies every time. What is counted is how the server answers.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed

from bench.client import open_socket
from bench.program import Program, program
from bench.report import Floor, Report
from bench.stand import Ids, Stand, fill, pool

WORKERS = 3
JUNK = [
    b"NaN", b"-1", b"1e999", b"null", b"\x00", b"\xff\xfe", b"[", b"{", b'"', b"%00", b"&", b"=",
    b"9" * 400, b"-9223372036854775809", b"1e-320", b"Infinity", "\u06f3\u06f4".encode(), b"true",
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"[" * 40, b"*00", b"<", b"]]>",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One way in: its address, the content type and good bodies; ``{t}`` is the token."""

    path: str
    content_type: str
    bodies: tuple[bytes, ...]
    in_query: bool = False


FLAT = b"id={t}&lat=34.09&lon=49.69&timestamp=1700000000&speed=12.5&bearing=90&batt=80&accuracy=8"
KINDS = {
    "A": Kind("/t", "", (FLAT, FLAT + b"&alarm=sos&valid=true", b"id={t}&batt=5"), in_query=True),
    "B": Kind("/t?id={t}", "application/json", (
        b'{"device_id":"x","location":{"timestamp":"2023-11-14T22:13:20Z","coords":{"latitude":'
        b'34.09,"longitude":49.69,"accuracy":8,"speed":3.5,"heading":90,"altitude":1700},'
        b'"is_moving":true,"odometer":120.5,"event":"motionchange","battery":{"level":0.8,'
        b'"is_charging":false},"activity":{"type":"in_vehicle"},"mock":false,"extras":{}}}',
    )),
    "C": Kind("/t", "application/x-www-form-urlencoded", (FLAT, b"id={t}&alarm=sos")),
    "D": Kind("/t?id={t}", "application/json", (
        b'[{"lat":34.09,"lon":49.69,"timestamp":1700000000,"speed":12.5},{"batt":50}]',
    )),
    "O": Kind("/t/owntracks?id={t}", "application/json", (
        b'{"_type":"location","tst":1700000000,"lat":34.09,"lon":49.69,"acc":8,"vel":45,"cog":90,'
        b'"alt":1700,"batt":80,"t":"u"}', b'{"_type":"waypoint"}', b"",
    )),
    "G": Kind("/t/gpslogger", "", (
        b"id={t}&lat=34.09&lon=49.69&time=2023-11-14T22:13:20Z&spd=12&acc=8&dir=90&alt=1700",
    ), in_query=True),
    "K": Kind("/t/osmand", "", (
        b"id={t}&lat=34.09&lon=49.69&timestamp=1700000000000&hdop=4&altitude=1700&speed=12",
    ), in_query=True),
    "N, NMEA": Kind("/t/nmea?id={t}", "text/plain", (
        b"$GPRMC,221320.00,A,3405.4000,N,04941.4000,E,024.3,090.0,141123,,,A*5B\r\n"
        b"$GPGGA,221320.00,3405.4000,N,04941.4000,E,1,08,0.9,1700.0,M,46.9,M,,*47\r\n",
    )),
    "N, GPX": Kind("/t/gpx?id={t}", "application/gpx+xml", (
        b'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt '
        b'lat="34.09" lon="49.69"><ele>1700</ele><time>2023-11-14T22:13:20Z</time></trkpt>'
        b"</trkseg></trk></gpx>",
    )),
}  # fmt: skip
UNIT = (
    b'{"type":"fixes","seq":7,"fixes":[{"fixed_at":"2023-11-14T22:13:20Z","lat":34.09,"lon":49.69,'
    b'"accuracy_m":8,"speed_mps":12.5}]}',
    b'{"type":"answer","id":"a","offer_id":1,"accept":true,"reason":"busy"}',
    b'{"type":"report","id":"b","assignment_id":1,"milestone":"on_scene"}',
    b'{"type":"ping","n":1}',
)
CONSOLE = (b'{"type":"ping","n":1}', b'{"type":"hello","version":1,"stream":"x","seq":4}')


@dataclass
class Found:
    """How often each way in gave each answer."""

    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def note(self, name: str, answer: str) -> None:
        """Count an answer."""
        self.answers.setdefault(name, Counter())[answer] += 1

    def total(self, *answers: str) -> int:
        """Return how often these came, of every way in."""
        return sum(found[answer] for found in self.answers.values() for answer in answers)


def spoilt(chance: random.Random, body: bytes) -> bytes:
    """Return a body with a few things wrong with it; now and then a whole one."""
    data = bytearray(body)
    for _ in range(chance.choice((0, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        act = chance.randrange(5)
        if act == 0:
            data[at:at] = chance.choice(JUNK)
        elif act == 1:
            del data[at : at + chance.randrange(1, 12)]
        elif act == 2:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif act == 3:
            data[at:at] = data[max(0, at - 20) : at] * chance.choice((1, 2, 50))
        else:
            data[at : at + chance.randrange(1, 9)] = chance.choice(JUNK)
    return bytes(data[:300_000])


async def run(stand: Stand, quick: bool) -> Report:
    """Spoil for ten minutes; every way in by turns, all workers at once."""
    seconds = 20 if quick else 600
    found = Found()
    with stand.database() as dsn:
        async with pool(dsn) as db:
            ids = await fill(db, units=WORKERS * 2, devices=True)
        async with program(dsn, device_requests_per_s=1e6, device_requests_at_once=10**6) as server:
            await _work(server, ids, found, 5 if quick else 30)
            warm_kb = server.memory_kb()
            await _work(server, ids, found, seconds)
            grown = (server.memory_kb() - warm_kb) / 1024
    return _report(found, seconds, warm_kb / 1024, grown)


async def _work(server: Program, ids: Ids, found: Found, seconds: float) -> None:
    until = time.monotonic() + seconds

    def goes_on() -> bool:
        return time.monotonic() < until

    jobs = []
    for n in range(WORKERS):
        token = ids.tokens[ids.units[n]]
        jobs.append(_requests(server, token, random.Random(n), found, goes_on))
        unit_token = ids.tokens[ids.units[WORKERS + n]]
        hello = f'{{"type":"hello","version":1,"token":"{unit_token}"}}'
        jobs.append(_frames(server, "/ws/unit", hello, UNIT, found, goes_on))
    hello = '{"type":"hello","version":1}'
    jobs.append(_frames(server, "/ws/console", hello, CONSOLE, found, goes_on, ids.cookie))
    await asyncio.gather(*jobs)


async def _requests(
    server: Program, token: str, chance: random.Random, found: Found, goes_on: Callable[[], bool]
) -> None:
    """Send spoilt requests; many at once, since each waits for the flush."""

    async def one(name: str) -> None:
        found.note(name, await _request(server, token, chance, KINDS[name]))

    while goes_on():
        names = [chance.choice(list(KINDS)) for _ in range(120)]
        await asyncio.gather(*map(one, names))


async def _request(server: Program, token: str, chance: random.Random, kind: Kind) -> str:
    """Send one spoilt request as raw bytes; return the class of its answer."""
    body = spoilt(chance, chance.choice(kind.bodies)).replace(b"{t}", token.encode())
    path = kind.path.replace("{t}", token)
    if kind.in_query:
        clean = bytes(b for b in body if 32 < b < 127 and b != 35)
        path, body = f"{path}?{clean.decode()}"[:60_000], b""
    method = "GET" if kind.in_query and chance.random() < 0.5 else "POST"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: {kind.content_type or 'text/plain'}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    host, port = server.base.removeprefix("http://").split(":")
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + body)
        async with asyncio.timeout(60):
            status = (await reader.readline()).decode("latin-1")
        writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    return f"{status[9:10]}xx" if status.startswith("HTTP/1.1") else "no answer"


async def _frames(
    server: Program,
    path: str,
    hello: str,
    good: tuple[bytes, ...],
    found: Found,
    goes_on: Callable[[], bool],
    cookie: str = "",
) -> None:
    """Send spoilt frames; after each burst the socket must answer a ping or have been closed."""
    chance = random.Random(path)
    while goes_on():
        ws = await open_socket(f"{server.base}{path}", cookie)
        try:
            await ws.send(hello)
            while goes_on():
                for _ in range(50):
                    frame = spoilt(chance, chance.choice(good))
                    text = frame.decode("utf-8", "replace")
                    await ws.send(frame if chance.random() < 0.05 else text)
                await ws.send('{"type":"ping","n":424242}')
                async with asyncio.timeout(60):
                    while '"n":424242' not in str(await ws.recv()):
                        pass
                found.note(path, "answered")
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            found.note(path, "crashed" if code in {1006, 1011} else "closed")
        except TimeoutError:
            found.note(path, "silent")
        finally:
            with suppress(ConnectionClosed):
                await ws.close()


def _report(found: Found, seconds: int, warm_mb: float, grown_mb: float) -> Report:
    report = Report(
        "fuzz",
        "spoilt reports and frames",
        ("way in", "2xx", "4xx", "5xx", "no answer", "bursts answered", "closed", "crashed"),
        notes=[
            f"{seconds} s after a warm-up. Requests carry a good token unless it was spoilt (401)."
            " A burst is 50 spoilt frames and a ping that must be answered. Closed: with a reason,"
            " as for a frame that is too big.",
            f"Memory of the server: {warm_mb:.0f} MiB after the warm-up, then {grown_mb:+.0f} MiB.",
        ],
    )
    for name, answers in sorted(found.answers.items()):
        lost = answers["no answer"] + answers["TimeoutError"] + answers["ConnectionResetError"]
        cells = (answers["2xx"], answers["4xx"], answers["5xx"], lost, answers["answered"])
        last = (answers["closed"], answers["crashed"] + answers["silent"])
        report.rows.append((name, *(f"{n:,}" for n in (*cells, *last))))
    report.floors.append(Floor("answers of 5xx", found.total("5xx"), 0))
    report.floors.append(Floor("sockets that crashed or fell silent", found.total("crashed"), 0))
    report.floors.append(Floor("memory against the warm server's", 1 + grown_mb / warm_mb, 1.5))
    return report
