"""What the rules of a day suggest for a target group and flags: priority, needs, prompts.

A rule applies when its group is the case's (or it has none) and all of its flags are set. The most
urgent priority wins, the greatest count of each need, every prompt; each says which rules want it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from kit.errors import invalid


class Rule(msgspec.Struct, frozen=True):
    """A rule of a day. ``group`` null: any; ``priority`` null: none suggested; ``needs`` counts."""

    code: str
    name_fa: str
    name_en: str
    group: str | None
    flags: list[str]
    priority: int | None
    needs: dict[str, int]
    prompts: list[str]


class SuggestedNeed(msgspec.Struct, frozen=True):
    """A capability, how many who have it, and the codes of the rules that ask for it."""

    capability: str
    count: int
    rules: list[str]


class SuggestedPrompt(msgspec.Struct, frozen=True):
    """What to do at once, as ``tell_115``, and the codes of the rules that ask for it."""

    prompt: str
    rules: list[str]


class Suggestion(msgspec.Struct, frozen=True):
    """What the rules suggest; ``priority`` is null when none says.

    ``priority_rules`` are the codes of the rules that want this priority, ``rules`` all that apply.
    """

    priority: int | None
    priority_rules: list[str]
    needs: list[SuggestedNeed]
    prompts: list[SuggestedPrompt]
    rules: list[Rule]


def applies(rule: Rule, group: str, flags: Collection[str]) -> bool:
    """Tell whether the rule has something to say about the case."""
    return rule.group in {None, group} and set(rule.flags) <= set(flags)


def suggest(rules: Iterable[Rule], group: str, flags: Collection[str]) -> Suggestion:
    """Return what the rules suggest for the case, in order of the rules' codes."""
    found = sorted((rule for rule in rules if applies(rule, group, flags)), key=lambda r: r.code)
    priority = min((rule.priority for rule in found if rule.priority), default=None)
    return Suggestion(
        priority=priority,
        priority_rules=[rule.code for rule in found if priority and rule.priority == priority],
        needs=[_need(found, one) for one in _each(rule.needs for rule in found)],
        prompts=[
            SuggestedPrompt(one, [rule.code for rule in found if one in rule.prompts])
            for one in _each(rule.prompts for rule in found)
        ],
        rules=found,
    )


def _each(parts: Iterable[Iterable[str]]) -> list[str]:
    return sorted({one for part in parts for one in part})


def _need(rules: Sequence[Rule], capability: str) -> SuggestedNeed:
    asking = [rule for rule in rules if capability in rule.needs]
    count = max(rule.needs[capability] for rule in asking)
    return SuggestedNeed(capability, count, [rule.code for rule in asking])


def check_choice(
    suggested: int | None, chosen: int, reason: str | None, field: str = "priority_reason"
) -> None:
    """Refuse another priority than the suggested one without a reason. Raises Invalid."""
    if suggested is not None and chosen != suggested and reason is None:
        fault = f"the rules suggest priority {suggested}: another one needs a reason"
        raise invalid(field, fault)


def counts(text: str) -> Mapping[str, int]:
    """Read ``nurse:1 social_worker:2``; a capability alone counts once. Raises ValueError."""
    parts = (one.partition(":") for one in text.split())
    return {capability: int(count or "1") for capability, _, count in parts}
