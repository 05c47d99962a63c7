"""What the program can be set to, be told and say stands in the docs, each by its own name."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from dispatch.assignments.offer import SystemReason
from dispatch.recommendations.ranking import Reason
from fleet.tracking.fix import Verdict
from kit.errors import Refusal
from kit.settings import Settings
from realtime.facts import FactKind
from realtime.protocol import Close
from server.cli import app as commands

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
PACKAGES = ("dispatch", "fleet", "geo", "kit", "realtime", "server")
CODE = re.compile(
    r"""\bcode="(?P<keyword>[a-z_]+)"  # code="taken" of a Conflict
    |\bcode\s=\s"(?P<assigned>[a-z_]+)"  # code = "taken" of a Refusal
    |explain_constraint\([^)]*?,\s*"(?P<constraint>[a-z_]+)"
    |/problems/(?P<address>[a-z_]+)"
    |^\s+code\s=\s\{(?P<table>[^}]*)\}""",
    re.VERBOSE | re.MULTILINE,
)


def read(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def is_named(word: str, text: str) -> bool:
    """Tell whether the text has the word as code or in a table of its own."""
    return re.search(rf"`{re.escape(word)}`", text) is not None


def subclasses(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(subclasses(one) for one in kind.__subclasses__()))


def problem_codes() -> set[str]:
    """Return every code of a problem, as the classes and the source have them."""
    found = {one.code for one in subclasses(Refusal)}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for match in CODE.finditer(file.read_text("utf-8")):
                words = [word for word in match.groups() if word]
                found.update(re.findall(r"[a-z_]{3,}", " ".join(words)))
    return found


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert is_named(f"SAYYAR_{name.upper()}", read("settings.md"))


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_no_setting_is_documented_that_is_none() -> None:
    known = {f"SAYYAR_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"SAYYAR_[A-Z_]+", read("settings.md"))) <= known


def test_every_command_is_documented() -> None:
    group = typer.main.get_command(commands)
    names = list(group.commands)  # type: ignore[attr-defined]
    assert len(names) >= 8
    text = read("commands.md")
    assert not [name for name in names if f"sayyar {name}" not in text]


@pytest.mark.parametrize("kind", FactKind)
def test_every_fact_is_documented(kind: FactKind) -> None:
    assert is_named(kind.value, read("wire.md"))


@pytest.mark.parametrize("close", Close)
def test_every_close_code_is_documented(close: Close) -> None:
    assert re.search(rf"^\|\s*`?{close.value}`?\s*\|", read("wire.md"), re.MULTILINE)


@pytest.mark.parametrize("reason", [*Verdict, *Reason, *SystemReason])
def test_every_reason_is_documented(reason: str) -> None:
    assert is_named(str(reason), read("reasons.md")) or is_named(str(reason), read("wire.md"))


def test_every_problem_is_documented() -> None:
    codes = problem_codes()
    assert {"unit_taken", "no_unit", "name_taken", "invalid", "internal", "needs_backup"} <= codes
    text = read("problems.md")
    assert not sorted(code for code in codes if not is_named(code, text))


def test_the_openapi_document_is_in_step() -> None:
    printed = subprocess.run(
        [Path(sys.executable).parent / "sayyar", "openapi"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(printed.stdout) == json.loads(read("openapi.json"))


def test_what_is_made_from_the_code_is_in_step() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    scripts = set(re.findall(r"\bbin/[a-z]+", text))
    assert {"bin/run", "bin/test"} <= scripts
    assert not [script for script in scripts if not (ROOT / script).is_file()]


def test_no_page_links_to_what_is_not_there() -> None:
    broken = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in link and not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert not broken
