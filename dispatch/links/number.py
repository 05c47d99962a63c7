"""A telephone number in one form, so that a caller who calls again is known again."""

from geo.gazetteer.fold import fold

LEAST_DIGITS = 7
"""A shorter number is that of a switchboard or of nobody: it tells nothing."""


def caller_key(number: str | None) -> str | None:
    """Return the digits without what comes before them, or None when they are too few.

    ``+98 912…``, ``0098912…`` and ``0912…`` are one number.
    """
    digits = "".join(char for char in fold(number or "") if char.isdecimal())
    national = digits.removeprefix("00")
    if len(national) == 12:
        national = national.removeprefix("98")
    key = national.lstrip("0")
    return key if len(key) >= LEAST_DIGITS else None


def same_caller(one: str | None, other: str | None) -> bool:
    """Tell whether two keys are one number, the one perhaps without the code of its area."""
    if one is None or other is None:
        return False
    short, long = sorted((one, other), key=len)
    return long.endswith(short)
