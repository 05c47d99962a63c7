"""One socket's conversation, without I/O: what a message is, and whether it is its turn."""

from typing import Any, Generic, TypeVar

import msgspec

from kit.codec import decode
from kit.errors import Malformed, Refusal
from realtime.protocol import ConsoleIn, Hello, UnitHello, UnitIn

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


CONSOLE: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(ConsoleIn)
UNIT: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(UnitIn)
