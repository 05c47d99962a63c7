"""What an incident asks the desk to do at once, as telling the ambulance; done once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from kit.errors import Conflict, NotFound


class PromptView(msgspec.Struct, frozen=True):
    """A prompt, a code of the list ``prompt``; who followed it and when, null while nobody has."""

    prompt: str
    told_at: datetime | None = None
    told_by: str | None = None


def pending(prompts: Iterable[str]) -> list[PromptView]:
    """Return prompts that nobody has followed yet."""
    return [PromptView(one) for one in prompts]


def told(prompts: Sequence[PromptView], prompt: str, at: datetime, by: str) -> list[PromptView]:
    """Return the prompts with one followed. Raises NotFound, Conflict ``already_told``."""
    found = next((one for one in prompts if one.prompt == prompt), None)
    if found is None:
        raise NotFound(f"the incident has no prompt {prompt[:50]!r}")
    if found.told_at is not None:
        raise Conflict(f"{prompt} was done by {found.told_by} already", code="already_told")
    return [PromptView(prompt, at, by) if one is found else one for one in prompts]
