"""States as a table: (state, act) -> state. What the table lacks does not happen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kit.errors import Conflict

State = TypeVar("State", bound=StrEnum)
Act = TypeVar("Act", bound=StrEnum)


class IllegalTransition(Conflict):
    """The table has no such transition (409)."""

    code = "illegal_transition"


@dataclass(frozen=True)
class Table(Generic[State, Act]):
    """The transitions of one kind of thing; ``subject`` names it in refusals."""

    subject: str
    rows: Mapping[tuple[State, Act], State]

    def after(self, state: State, act: Act) -> State:
        """Return the state that ``act`` leads to. Raises IllegalTransition."""
        try:
            return self.rows[state, act]
        except KeyError:
            raise self.illegal(state, act) from None

    def illegal(self, state: State, act: Act) -> IllegalTransition:
        """Return the refusal of ``act`` in ``state``, naming what would be possible."""
        possible = ", ".join(self.acts(state)) or "nothing"
        return IllegalTransition(
            f"the {self.subject} is {state.value}: cannot {act.value}; possible: {possible}",
            state=state.value,
            act=act.value,
        )

    def sources(self, act: Act) -> list[str]:
        """Return the states in which ``act`` is possible, for the condition of an UPDATE."""
        return [state.value for (state, known) in self.rows if known == act]

    def acts(self, state: State) -> list[str]:
        """Return the acts that are possible in ``state``."""
        return [act.value for (known, act) in self.rows if known == state]

    def __iter__(self) -> Iterator[tuple[State, Act, State]]:
        """Yield (from, act, to), as the docs draw it."""
        return ((state, act, after) for (state, act), after in self.rows.items())


def listed(states: Iterable[str]) -> str:
    """Return ``states`` as an SQL list of literals, for ``status IN (…)``."""
    return ", ".join(f"'{state}'" for state in states)
