"""The feed: tails the journal, moves the board, and remembers the last facts for those who resume.

One feed a process. Facts are numbered within a ``stream``, which begins anew with the process;
a console that comes back from another stream gets a snapshot.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec
import psycopg

from dispatch.timeline import fact_json
from kit import journal
from kit.db import Database
from kit.errors import Refusal
from kit.identity import new_token
from kit.log import log
from realtime import snapshot
from realtime.board import Board
from realtime.facts import Fact

REMEMBERED = 5000
LOOK_EVERY_S = 1.0
LOOK_SOON_S = 0.02

Listener = Callable[[list[Fact], str], None]


class Feed:
    """Reads facts as they are committed; ``listener`` gets each batch and its wire frame."""

    def __init__(self, db: Database, board: Board, listener: Listener) -> None:
        self.db = db
        self.board = board
        self.listener = listener
        self.stream = new_token()[:12]
        self.seq = 0
        self._recent: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._bell = asyncio.Event()
        self._told: list[journal.Row] = []
        self._asked = False
        self._tail: journal.Tail | None = None
        self._decode = msgspec.json.Decoder(Fact).decode
        db.on_commit.append(self.hear)

    async def start(self) -> None:
        """Read the board as of now; facts follow from there."""
        async with self.db.snapshot() as conn:
            self._tail = await journal.tail(conn)
            self.board.load(await snapshot.read(conn))

    async def run(self) -> None:
        """Follow the journal for ever; a database that is away is waited for."""
        while True:
            try:
                more = await self.read()
            except (psycopg.Error, Refusal) as error:
                log.warning("the feed waits for the database", error=str(error))
                more = False
            if not more:
                await self._wait()

    def hear(self, fact: journal.Row | None) -> None:
        """Hear that something was committed, and what, if whoever wrote it told."""
        if fact:
            self._told.append(fact)
        else:
            self._asked = True
        self._bell.set()

    async def _wait(self) -> None:
        held_back = self._tail is not None and self._tail.held_back
        try:
            async with asyncio.timeout(LOOK_SOON_S if held_back else LOOK_EVERY_S):
                await self._bell.wait()
        except TimeoutError:
            return
        finally:
            self._bell.clear()

    async def read(self) -> bool:
        """Publish what is new and tell whether there may be more than one batch."""
        assert self._tail is not None  # noqa: S101 - start() comes first
        self._bell.clear()
        told, self._told, asked, self._asked = self._told, [], self._asked, False
        rows = self._tail.take(told)
        if rows:
            self._publish(rows)
        if told and len(rows) == len(told) and not asked:
            return False
        async with self.db.read() as conn:
            rows = await self._tail.read(conn)
        if rows:
            self._publish(rows)
        return len(rows) >= journal.BATCH

    def _publish(self, rows: list[journal.Row]) -> None:
        texts, facts = [], []
        for row in rows:
            self.seq += 1
            text = fact_json(row, f'"seq":{self.seq}')
            fact = self._decode(text)
            self.board.apply(fact)
            self._recent.append((self.seq, text))
            texts.append(text)
            facts.append(fact)
        self.listener(facts, frame(self.seq, texts))

    def since(self, stream: str | None, seq: int | None) -> str | None:
        """Return the frame of facts after ``seq``, or None when a snapshot is needed.

        Returns "" when nothing was missed.
        """
        if stream != self.stream or seq is None or not 0 <= seq <= self.seq:
            return None
        if seq == self.seq:
            return ""
        if not self._recent or self._recent[0][0] > seq + 1:
            return None
        return frame(self.seq, [text for number, text in self._recent if number > seq])


def frame(seq: int, facts: list[str]) -> str:
    """Return the wire frame of facts that are JSON already."""
    return f'{{"type":"facts","seq":{seq},"facts":[{",".join(facts)}]}}'
