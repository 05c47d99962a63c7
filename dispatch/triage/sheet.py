"""A row of ``data/triage_rules.csv``."""

from geo.sheet import Dated


class TriageRuleRow(Dated, frozen=True, kw_only=True):
    """A rule; ``flags`` and ``prompts`` are codes with spaces between them, ``needs`` count."""

    code: str
    name_fa: str
    name_en: str
    group: str | None = None
    flags: str = ""
    priority: int | None = None
    needs: str = ""
    prompts: str = ""
