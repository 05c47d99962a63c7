"""How both sides sign what they send each other, so that nobody else is believed.

``HMAC-SHA256(secret, "{timestamp}.{body}")`` in hex; the timestamp is in seconds since 1970.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from kit.errors import Unauthenticated

FRESH = timedelta(minutes=5)
TIMESTAMP, SIGNATURE = "X-Sayyar-Timestamp", "X-Sayyar-Signature"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body sent at ``timestamp``."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def headers(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that prove who sends ``body`` now."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: sign(secret, timestamp, body)}


def check(secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """Refuse what the secret's holder did not send just now. Raises Unauthenticated."""
    expected = sign(secret, timestamp, body).encode()
    known = bool(secret) and hmac.compare_digest(expected, signature.encode())
    if not known or not _is_fresh(timestamp, now):
        raise Unauthenticated("the signature or its time is wrong")


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= FRESH
