"""A decision as it is kept: the inputs that were known, and what followed from them."""

import msgspec

from dispatch.recommendations.ranking import Candidate, Ranking, Terms, rank


class Inputs(msgspec.Struct, frozen=True):
    """All that a ranking depends on."""

    terms: Terms
    candidates: list[Candidate]

    def ranking(self) -> Ranking:
        """Return what follows; the same every time."""
        return rank(self.candidates, self.terms)


def replay(inputs: bytes | str) -> Ranking:
    """Return the ranking that stored inputs give."""
    return msgspec.json.decode(inputs, type=Inputs).ranking()
