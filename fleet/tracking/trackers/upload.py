"""What arrived in one request, and the reports that it is made of, before any is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from fleet.tracking.trackers.reading import Misread, Reading, clipped, misread
from kit.errors import TooLarge

DEPTH_LIMIT = 16
FIELDS_LIMIT = 200
SECRET_NAMES = ("id", "deviceid", "device_id")
BLOT = b"TOKEN"
_LIKE_A_TOKEN = re.compile(rb"(?<![\w-])[\w-]{43}(?![\w-])")
# Possessive, so that no body can make it look twice at the same byte.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


@dataclass(frozen=True)
class Upload:
    """A request: ``query`` and ``body`` as they came, and how many reports one may carry."""

    received_at: datetime
    query: bytes = b""
    body: bytes = b""
    content_type: str = ""
    limit: int = 100

    def without(self, token: str) -> "Upload":
        """Return it without its token, or what looks like one: it is kept for people to read."""
        secret = token.encode()
        query, body = (
            _LIKE_A_TOKEN.sub(BLOT, text.replace(secret, BLOT)) for text in (self.query, self.body)
        )
        return replace(self, query=query, body=body)

    @property
    def text(self) -> str:
        """Return the body as text, whatever it is."""
        return self.body.decode("utf-8-sig", "replace")

    @property
    def is_json(self) -> bool:
        """Tell by the content, and by its type when it is there, whether the body is JSON."""
        return self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["} or (
            "json" in self.content_type and bool(self.body.strip())
        )

    def check_count(self, n: int) -> None:
        """Raise TooLarge when there are more reports than one request may carry."""
        if n > self.limit:
            raise TooLarge(f"at most {self.limit} positions in one request, not {n}")


def parameters(text: bytes) -> dict[str, str]:
    """Return what a query or a form says; of a name that comes twice the last counts.

    Raises Misread when there are too many.
    """
    try:
        pairs = parse_qsl(
            text.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_LIMIT
        )
    except ValueError:
        raise Misread("body", f"more than {FIELDS_LIMIT} fields") from None
    return dict(pairs)


def json_value(upload: Upload) -> Any:
    """Return the body's JSON. Raises Misread; looks at the depth before it parses."""
    body = upload.body.removeprefix(b"\xef\xbb\xbf")
    if depth_exceeds(body, DEPTH_LIMIT):
        raise Misread("body", f"JSON nested deeper than {DEPTH_LIMIT}")
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Misread("body", f"not JSON: {str(error)[:100]}") from None


def depth_exceeds(body: bytes, limit: int) -> bool:
    """Tell whether brackets outside strings are nested deeper than ``limit``."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > limit:
            return True
    return False


def elements(value: object, upload: Upload) -> Sequence[object]:
    """Return the members of an array, or the one value. Raises TooLarge."""
    found = value if isinstance(value, list) else [value]
    upload.check_count(len(found))
    return found


def raw_of(value: object) -> str:
    """Return the text of one report: JSON for what came as JSON, else a query."""
    return clipped(msgspec.json.encode(value).decode("utf-8", "replace"))


def raw_query(fields: Mapping[str, str]) -> str:
    """Return the text of a report that came as a query or a form."""
    return clipped(urlencode(fields, errors="replace"))


def unreadable(form: str, upload: Upload, error: Misread) -> list[Reading]:
    """Return the one reading of an upload of which nothing can be read."""
    return [misread(form, upload.text or upload.query.decode("utf-8", "replace"), error)]
