"""Rebuild holidays.csv: Iran's public holidays of some Iranian years, from the package holidays.

Needs the dependency group ``tools``: ``python data/rebuild_holidays.py``. Holidays of the solar
calendar are certain. Those of the lunar calendar are as announced where the package knows it and
otherwise worked out; their names then say that they are estimated, and the moon may move them by a
day. Fridays are no rows.
"""

import csv
from datetime import date
from pathlib import Path

import holidays

HERE = Path(__file__).parent
FIRST, LAST = date(2025, 3, 21), date(2028, 3, 19)
"""The Iranian years 1404 to 1406."""


def named(language: str) -> dict[date, str]:
    """Return the holidays of all years by day, in a language."""
    years = range(FIRST.year, LAST.year + 1)
    return dict(holidays.country_holidays("IR", years=years, language=language).items())


def main() -> None:
    """Write the table."""
    persian, english = named("fa_IR"), named("en_US")
    with (HERE / "holidays.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("day", "name_fa", "name_en"))
        for day in sorted(persian):
            if FIRST <= day <= LAST:
                name_fa = "؛ ".join(
                    part.strip() for part in persian[day].replace("؛", ";").split(";")
                )
                rows.writerow((day, name_fa, english[day]))


if __name__ == "__main__":
    main()
