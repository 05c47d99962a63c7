"""What a measurement found: a table and floors; printed, or written into a document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Floor:
    """A promise about a ratio: at most or at least ``limit``."""

    what: str
    ratio: float
    limit: float
    at_most: bool = True

    @property
    def holds(self) -> bool:
        """Tell whether the promise is kept."""
        return self.ratio <= self.limit if self.at_most else self.ratio >= self.limit

    def __str__(self) -> str:
        """Return the promise and how it stands."""
        bound = "at most" if self.at_most else "at least"
        verdict = "holds" if self.holds else "MISSED"
        return f"{self.what}: {self.ratio:.2f}, floor {bound} {self.limit:g}: {verdict}"


@dataclass
class Report:
    """One table; cells are text already. ``notes`` say how it was measured."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    floors: list[Floor] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def show(self, out: Console) -> None:
        """Print it."""
        table = Table(title=f"{self.name}: {self.title}", title_justify="left")
        for n, column in enumerate(self.columns):
            table.add_column(column, justify="right" if n else "left")
        for row in self.rows:
            table.add_row(*row)
        out.print(table)
        for line in [*self.notes, *map(str, self.floors)]:
            out.print(f"  {line}", markup=False)

    def markdown(self) -> str:
        """Return it as Markdown."""
        lines = ["| " + " | ".join(row) + " |" for row in (self.columns, *self.rows)]
        lines.insert(1, "|---" + "|--:" * (len(self.columns) - 1) + "|")
        notes = [f"- {note}" for note in self.notes]
        floors = [f"- **{floor}**" for floor in self.floors]
        return "\n".join([*lines, "", *notes, *floors]).strip()


def write(path: Path, sections: dict[str, str]) -> None:
    """Put each section between its markers ``<!-- bench:NAME -->`` and ``<!-- /bench:NAME -->``."""
    text = path.read_text()
    for name, section in sections.items():
        begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
        if begin in text:
            head, rest = text.split(begin, 1)
            text = f"{head}{begin}\n{section}\n{end}{rest.split(end, 1)[1]}"
    path.write_text(text)


def p50(values: Sequence[float]) -> float:
    """Return the median."""
    return median(values)


def p99(values: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return quantiles(values, n=100, method="inclusive")[98]


def ms(seconds: float) -> str:
    """Write seconds as milliseconds."""
    return f"{seconds * 1000:.2f} ms"


def times(ratio: float) -> str:
    """Write a ratio."""
    return f"{ratio:.2f} x"


def per_second(rate: float) -> str:
    """Write a rate."""
    return f"{rate:,.0f}/s"


def interleaved(names: Iterable[str], rounds: int) -> list[str]:
    """Return A B A B …: what is compared shares the machine's moods."""
    return [name for _ in range(rounds) for name in names]
