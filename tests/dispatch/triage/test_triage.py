"""Triage as a table: which rules apply, and what they suggest together."""

import pytest

from dispatch.triage.triage import Rule, check_choice, counts, suggest
from kit.errors import Invalid


def rule(
    code: str,
    group: str | None = None,
    flags: str = "",
    priority: int | None = None,
    needs: str = "",
    prompts: str = "",
) -> Rule:
    return Rule(
        code, code, code, group, flags.split(), priority, dict(counts(needs)), prompts.split()
    )


RULES = [
    rule("attempt", flags="attempt_in_progress", priority=1, prompts="tell_115"),
    rule("both", flags="child_alone injured", priority=1, needs="child_specialist"),
    rule("child", "child_abuse", priority=2, needs="social_worker"),
    rule("child_there", "child_abuse", "perpetrator_present", 1, "social_worker:2", "tell_110"),
    rule("hurt", flags="injured", priority=2, prompts="tell_115"),
    rule("street", "street_child", priority=3),
    rule("only_prompt", flags="weapon", prompts="tell_110"),
]


@pytest.mark.parametrize(
    ("group", "flags", "priority", "needs", "prompts", "applied"),
    [
        ("other", "", None, {}, [], []),
        ("other", "weapon", None, {}, ["tell_110"], ["only_prompt"]),
        ("other", "attempt_in_progress", 1, {}, ["tell_115"], ["attempt"]),
        ("street_child", "", 3, {}, [], ["street"]),
        ("street_child", "attempt_in_progress", 1, {}, ["tell_115"], ["attempt", "street"]),
        ("street_child", "child_alone", 3, {}, [], ["street"]),
        ("street_child", "injured", 2, {}, ["tell_115"], ["hurt", "street"]),
        (
            "street_child",
            "injured child_alone",
            1,
            {"child_specialist": 1},
            ["tell_115"],
            ["both", "hurt", "street"],
        ),
        ("child_abuse", "", 2, {"social_worker": 1}, [], ["child"]),
        (
            "child_abuse",
            "perpetrator_present",
            1,
            {"social_worker": 2},
            ["tell_110"],
            ["child", "child_there"],
        ),
        (
            "child_abuse",
            "weapon attempt_in_progress",
            1,
            {"social_worker": 1},
            ["tell_110", "tell_115"],
            ["attempt", "child", "only_prompt"],
        ),
    ],
)
def test_what_the_rules_suggest(
    group: str,
    flags: str,
    priority: int | None,
    needs: dict[str, int],
    prompts: list[str],
    applied: list[str],
) -> None:
    found = suggest(RULES, group, flags.split())
    assert found.priority == priority
    assert {need.capability: need.count for need in found.needs} == needs
    assert [one.prompt for one in found.prompts] == prompts
    assert [one.code for one in found.rules] == applied
    assert suggest(RULES[::-1], group, flags.split()[::-1]) == found


def test_a_suggestion_says_which_rule_said_what() -> None:
    found = suggest(RULES, "child_abuse", ["perpetrator_present", "injured", "weapon"])
    assert found.priority_rules == ["child_there"]
    assert [(need.capability, need.rules) for need in found.needs] == [
        ("social_worker", ["child", "child_there"])
    ]
    assert [(one.prompt, one.rules) for one in found.prompts] == [
        ("tell_110", ["child_there", "only_prompt"]),
        ("tell_115", ["hurt"]),
    ]


@pytest.mark.parametrize(
    ("suggested", "chosen", "reason", "refused"),
    [
        (1, 1, None, False),
        (1, 2, None, True),
        (2, 1, None, True),
        (1, 2, "calmer", False),
        (None, 4, None, False),
    ],
)
def test_another_priority_needs_a_reason(
    suggested: int | None, chosen: int, reason: str | None, refused: bool
) -> None:
    if not refused:
        check_choice(suggested, chosen, reason)
        return
    with pytest.raises(Invalid) as answer:
        check_choice(suggested, chosen, reason)
    assert [fault.field for fault in answer.value.errors] == ["priority_reason"]


def test_counts_are_read() -> None:
    assert counts("nurse social_worker:2") == {"nurse": 1, "social_worker": 2}
    assert counts("") == {}
