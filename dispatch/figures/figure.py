"""A figure of the day: what took how long, what has not ended, and what it should be."""

from collections.abc import Mapping, Sequence

import msgspec

from dispatch.figures.view import FigureView
from kit.spread import percentile


class Targets(msgspec.Struct, frozen=True):
    """What the 90th percentiles should stay under, by name, and how many make a percentile."""

    board_targets_s: dict[str, float] = {}
    board_few_below: int = 10


def figure(name: str, spans_s: Sequence[float | None], targets: Targets) -> FigureView:
    """Return the figure of some spans; one that has not ended is None."""
    ended = [span for span in spans_s if span is not None]
    return FigureView(
        name,
        len(ended),
        len(spans_s) - len(ended),
        percentile(ended, 0.5),
        percentile(ended, 0.9),
        targets.board_targets_s.get(name),
        few=len(ended) < targets.board_few_below,
    )


def figures(spans_s: Mapping[str, Sequence[float | None]], targets: Targets) -> list[FigureView]:
    """Return the figure of each name."""
    return [figure(name, spans, targets) for name, spans in spans_s.items()]
