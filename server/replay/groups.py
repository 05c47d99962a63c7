"""What a recorded call's own words mean here: a target group and a priority."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kit.errors import invalid
from server.replay.records import CallRow

OTHER = "other"
ORDINARY = 3
PRIORITIES = ("1", "2", "3", "4")


@dataclass(frozen=True)
class Meaning:
    """A group, and a priority unless the call has its own."""

    group: str
    priority: int | None


def parse(texts: Sequence[str]) -> dict[str, Meaning]:
    """Read ``PREFIX=group`` or ``PREFIX=group:priority``. Raises Invalid."""
    return dict(map(_parse, texts))


def _parse(text: str) -> tuple[str, Meaning]:
    prefix, equals, meaning = text.rpartition("=")
    group, _, priority = meaning.strip().partition(":")
    if not equals or not group or priority not in ("", *PRIORITIES):
        raise invalid("--group", f"{text!r} is not PREFIX=GROUP or PREFIX=GROUP:PRIORITY")
    return prefix.strip(), Meaning(group, int(priority) if priority else None)


def meaning(
    call: CallRow, told: Mapping[str, Meaning], known: Collection[str]
) -> tuple[str, int, bool]:
    """Return group, priority, and whether the group was understood.

    The longest prefix that fits decides, else a group that is known by its code, else ``other``;
    the call's own priority if it is 1 to 4, else what the prefix says, else 3.
    """
    prefix = max((p for p in told if call.group.startswith(p)), key=len, default=None)
    found = Meaning(call.group, None) if prefix is None else told[prefix]
    own = int(call.priority) if call.priority in PRIORITIES else None
    understood = found.group in known
    return found.group if understood else OTHER, own or found.priority or ORDINARY, understood
