"""JSON in and out: one encoder, and decoding whose errors name the field."""

import re
from typing import Any, TypeVar

import msgspec

from kit.errors import Fault, Invalid, Malformed

T = TypeVar("T")
_NAMED = re.compile("(?:missing required|unknown) field `(.+)`")

encode = msgspec.json.Encoder().encode


def refusal_of(error: msgspec.DecodeError) -> Invalid | Malformed:
    """Return the refusal for what msgspec says: a bad field (422) or unreadable JSON (400)."""
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return Malformed(f"not JSON: {text}")
    fault, _, place = text.partition(" - at `")
    within = place.rstrip("`").removeprefix("$")
    named = _NAMED.search(fault)
    name = (f"{within}.{named[1]}" if named else within).removeprefix(".") or "message"
    return Invalid(f"{name}: {fault}", errors=[Fault(name, fault)])


def decode(decoder: msgspec.json.Decoder[T], data: bytes | str) -> T:
    """Decode, or raise a refusal that names the field and the fault."""
    try:
        return decoder.decode(data)
    except UnicodeDecodeError as error:
        raise Malformed("not JSON: not UTF-8") from error
    except RecursionError as error:
        raise Malformed("not JSON: nested too deep") from error
    except msgspec.DecodeError as error:
        raise refusal_of(error) from error


def loads(text: str | bytes) -> Any:
    """Decode JSON of our own making."""
    return msgspec.json.decode(text)
