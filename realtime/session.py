"""One socket's conversation, without I/O: what a message is, and whether it is its turn."""

from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from kit.codec import decode
from kit.errors import Malformed, Refusal
from realtime.protocol import ConsoleIn, FixReport, Hello, UnitHello, UnitIn

In = TypeVar("In")


class WrongTurn(Refusal):
    """The message came before hello, or hello came twice."""

    code = "wrong_turn"


class Conversation(Generic[In]):
    """Reads messages; the first must be hello and no other may be."""

    def __init__(self, decoder: "msgspec.json.Decoder[In]") -> None:
        self.decoder = decoder
        self.greeted = False

    def read(self, text: str | None) -> In:
        """Return the message in a text frame. Raises a Refusal that says what is wrong with it."""
        if text is None:
            raise Malformed("binary frame: send JSON in text frames")
        message: In = decode(self.decoder, text)
        if isinstance(message, Hello | UnitHello) is self.greeted:
            raise WrongTurn("hello came already" if self.greeted else "say hello first")
        self.greeted = True
        return message


class _Loose(msgspec.Struct, tag="fixes", frozen=True):
    """A batch of which only the frame is read."""

    seq: int
    fixes: list[msgspec.Raw]


class _Numbered(msgspec.Struct, tag="fixes", frozen=True):
    """A batch of which only the number is read."""

    seq: int


_LOOSE = msgspec.json.Decoder(_Loose)
_NUMBERED = msgspec.json.Decoder(_Numbered)
_REPORT = msgspec.json.Decoder(FixReport)


class Unread(NamedTuple):
    """A fix of a batch that could not be read, as it came, and what is wrong with it."""

    raw: str
    fault: str


def salvage(text: str | None, limit: int) -> tuple[int, list[FixReport | Unread]] | None:
    """Return the number and the fixes of a batch in which some are malformed, or None.

    One bad fix must not keep the good ones of its batch in the sender's buffer for ever. A batch
    of more than ``limit`` fixes is not looked into: it would cost too much.
    """
    try:
        loose = _LOOSE.decode(text or "")
    except (msgspec.DecodeError, RecursionError):
        return None
    if len(loose.fixes) > limit:
        return None
    return loose.seq, [_report(raw) for raw in loose.fixes]


def number(text: str | None) -> int | None:
    """Return the number of a batch that cannot be used, or None when it has none."""
    try:
        return _NUMBERED.decode(text or "").seq
    except (msgspec.DecodeError, RecursionError):
        return None


def _report(raw: msgspec.Raw) -> FixReport | Unread:
    try:
        return decode(_REPORT, bytes(raw))
    except Refusal as refusal:
        return Unread(bytes(raw).decode(errors="replace"), refusal.detail)


CONSOLE: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(ConsoleIn)
UNIT: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(UnitIn)
