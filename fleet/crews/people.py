"""People of a crew: what each can do by role and gender, and who is the same person."""

from collections.abc import Iterable, Mapping
from typing import Any

ANY = "any"
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " "})

Gives = Mapping[str, Mapping[str, list[str]]]


def gives(roles: Iterable[Mapping[str, Any]]) -> Gives:
    """Return role → gender or ``any`` → capabilities, from the day's words of ``crew_role``."""
    return {role["code"]: role.get("gives", {}) for role in roles}


def capabilities(
    crew: Iterable[tuple[str, str | None]], by_role: Gives, said: Iterable[str] = ()
) -> list[str]:
    """Return what a crew of (role, gender) can do besides what it ``said``, all sorted."""
    found = set(said)
    for role, gender in crew:
        given = by_role.get(role, {})
        found.update(given.get(ANY, []))
        found.update(given.get(gender, []) if gender else [])
    return sorted(found)


def person(name: str, staff_no: str | None) -> str:
    """Return by what a person is told from others: the staff number or, without one, the name.

    Arabic and Persian forms of a letter, half-spaces and case make no difference in a name.
    """
    if staff_no:
        return f"no {staff_no.casefold()}"
    return "name " + " ".join(name.translate(_LETTERS).split()).casefold()
