"""How the exchange signs what it sends: HMAC-SHA256, as the Standard Webhooks scheme has it.

Signed is ``id.timestamp.body``; the headers are ``webhook-id``, ``webhook-timestamp`` (Unix
seconds) and ``webhook-signature`` (``v1,`` and base64; several with spaces between them).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from kit.errors import Unauthenticated

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class BadSignature(Unauthenticated):
    """The signature is not that of the body with our secret (401)."""

    code = "bad_signature"


class TooOld(Unauthenticated):
    """The message was signed too long ago, or in the future (401)."""

    code = "too_old"


def sign(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the value of ``webhook-signature``."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def check(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime, window_s: float
) -> str:
    """Return the good signature. Raises Unauthenticated, BadSignature, TooOld."""
    if not secret:
        raise Unauthenticated("no telephone exchange is set up here")
    if lacking := [name for name in (ID, TIMESTAMP, SIGNATURE) if not headers.get(name)]:
        raise Unauthenticated(f"not signed: {', '.join(lacking)} lacking")
    expected = sign(secret, headers[ID], headers[TIMESTAMP], body)
    given = [one.encode() for one in headers[SIGNATURE].split()]
    if not any(hmac.compare_digest(expected.encode(), one) for one in given):
        raise BadSignature("the signature is not that of this body with our secret")
    _check_age(headers[TIMESTAMP], now, window_s)
    return expected


def _check_age(timestamp: str, now: datetime, window_s: float) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        raise BadSignature(f"{TIMESTAMP} must be in Unix seconds")
    age_s = now.timestamp() - int(timestamp)
    if abs(age_s) > window_s:
        raise TooOld(f"signed {age_s:.0f} s ago; at most {window_s:.0f} s are allowed")
