"""Passwords: argon2, slow on purpose, so never on the event loop; and a limit on guessing."""

import asyncio
from collections import defaultdict, deque
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kit.errors import TooMany

WINDOW = timedelta(minutes=5)
_HASHER = PasswordHasher()


@lru_cache(1)
def _nobody() -> str:
    """Return a hash to compare with when the name is unknown, so that time tells nothing."""
    return _HASHER.hash("nobody has this password")


async def hashed(password: str) -> str:
    """Return what is stored of a password."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Tell whether the password is the stored one; as slow when nothing is stored."""

    def verify() -> bool:
        try:
            return _HASHER.verify(stored or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify) and stored is not None


class Guesses:
    """Wrong passwords of late, by name: after ``limit`` in five minutes the name must wait."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._wrong: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def check(self, name: str, now: datetime) -> None:
        """Raise TooMany when the name has guessed wrong too often."""
        wrong = self._wrong.get(name)
        while wrong and wrong[0] <= now - WINDOW:
            wrong.popleft()
        if wrong and len(wrong) >= self.limit:
            raise TooMany("too many wrong passwords for this name; wait five minutes")
        if not wrong:
            self._wrong.pop(name, None)

    def wrong(self, name: str, now: datetime) -> None:
        """Count a wrong password."""
        self._wrong[name].append(now)
