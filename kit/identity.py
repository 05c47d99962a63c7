"""Who acts: roles, actors, and secret tokens of which only the hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

SYSTEM, EXCHANGE, SMS = "system", "exchange", "sms"
RESERVED = frozenset({SYSTEM, EXCHANGE, SMS})
"""With these the program signs what no account did; a partner signs as ``partner/NAME``."""


class Role(StrEnum):
    """What a person may do here."""

    DISPATCHER = "dispatcher"
    CREW = "crew"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Actor:
    """The signed-in person. A crew's account belongs to one unit."""

    account_id: int
    name: str
    role: Role
    unit_id: int | None = None
    must_change_password: bool = False


def new_token() -> str:
    """Return a secret of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token; a plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def new_password() -> str:
    """Return a one-time password that a person can type: four groups, no look-alikes."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
