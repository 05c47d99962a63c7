"""A decision as it is kept: the inputs that were known, and what followed from them."""

from datetime import datetime
from typing import Any

import msgspec

from dispatch.recommendations.candidate import Candidate, Terms
from dispatch.recommendations.ranking import Ranking, rank

_ONCE_IN_TERMS = ("cover_order", "cover_rule", "place_order")


class Inputs(msgspec.Struct, frozen=True):
    """All that a ranking depends on."""

    terms: Terms
    candidates: list[Candidate]

    def ranking(self) -> Ranking:
        """Return what follows; the same every time."""
        return rank(self.candidates, self.terms)


class ReplayView(msgspec.Struct, frozen=True):
    """A past decision: what was ``known``, what was ``answered``, and what follows from it today.

    ``same`` tells that both are the same to the last byte.
    """

    id: int
    incident_id: int
    made_at: datetime
    by: str
    known: Inputs
    answered: Ranking
    replayed: Ranking
    same: bool


def read(inputs: bytes | str) -> Inputs:
    """Return stored inputs, also those from before the policy was a value of its own."""
    stored = msgspec.json.decode(inputs)
    terms: dict[str, Any] = stored["terms"]
    if "policy" not in terms:
        terms["policy"] = {name: terms[name] for name in _ONCE_IN_TERMS if name in terms}
    return msgspec.convert(stored, Inputs, str_keys=True)


def replay(inputs: bytes | str) -> Ranking:
    """Return the ranking that stored inputs give."""
    return read(inputs).ranking()


def as_bytes(ranking: Ranking) -> bytes:
    """Return the one way in which a ranking is written."""
    return msgspec.json.encode(ranking)


def is_same(inputs: bytes | str, result: bytes | str) -> bool:
    """Tell whether stored inputs give the stored result, to the last byte.

    The result is read first: what it did not say then, because nobody asked, it says by default.
    """
    answered = msgspec.json.decode(result, type=Ranking)
    return as_bytes(replay(inputs)) == as_bytes(answered)
