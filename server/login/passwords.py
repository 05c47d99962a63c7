"""Passwords: argon2, slow on purpose, so never on the event loop; and a limit on guessing."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kit.errors import TooMany

WINDOW = timedelta(minutes=5)
REMEMBERED = 10_000
_HASHER = PasswordHasher()
# Hashing is heavy: however many strangers guess, the desk keeps a core.
_AT_ONCE = asyncio.Semaphore(1)


@lru_cache(1)
def _nobody() -> str:
    """Return a hash to compare with when the name is unknown, so that time tells nothing."""
    return _HASHER.hash("nobody has this password")


async def hashed(password: str) -> str:
    """Return what is stored of a password."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; as slow when nothing is stored."""

    def verify() -> bool:
        try:
            return _HASHER.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False

    async with _AT_ONCE:
        right = await asyncio.to_thread(verify)
    return right and stored is not None


class Guesses:
    """Wrong passwords of late: after ``limit`` in five minutes the guesser must wait.

    Counted by name and by where the guess came from, so that a stranger who guesses does not lock
    out the dispatcher at the desk.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._wrong: dict[tuple[str, str], deque[datetime]] = {}

    def check(self, name: str, where: str, now: datetime) -> None:
        """Raise TooMany when there were too many wrong guesses."""
        if self._full(name, where):
            self._forget(now)
        if self._full(name, where):
            raise TooMany("too many wrong passwords for this name; wait five minutes")

    def _full(self, name: str, where: str) -> bool:
        return len(self._wrong.get((name, where), ())) >= self.limit

    def wrong(self, name: str, where: str, now: datetime) -> None:
        """Count a wrong password."""
        if len(self._wrong) >= REMEMBERED:
            self._forget(now)
        self._wrong.setdefault((name, where), deque(maxlen=self.limit)).append(now)

    def _forget(self, now: datetime) -> None:
        """Drop the guesses that are long ago."""
        since = now - WINDOW
        recent = {key: [at for at in wrong if at > since] for key, wrong in self._wrong.items()}
        self._wrong = {k: deque(v, maxlen=self.limit) for k, v in recent.items() if v}
