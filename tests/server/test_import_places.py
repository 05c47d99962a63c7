"""The gazetteer from a file, by the command."""

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server.cli import app
from tests.support.servers import Running

PLACE = {"code": "X", "kind": "village", "name_fa": "پیش‌آباد", "name_en": "Pish", "lat": 34.2}
PLACE |= {"lon": 49.8, "source": "made up", "aliases": "پیش ده|Pish Deh"}
POST = {"code": "R", "name_fa": "راه نمونه", "name_en": "Road", "lon": 49.7, "source": "made up"}


def written(folder: Path, *rows: dict[str, Any]) -> str:
    file = folder / "rows.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return str(file)


@pytest.fixture
def own_database(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYYAR_DSN", dsn)


async def ask(running: Running, text: str) -> dict[str, Any]:
    desk = await running.desk(connect=False)
    found: dict[str, Any] = (await desk.api.post("/where", text=text))["candidates"][0]
    return found


def run(*arguments: str) -> Any:
    """Run the command in a thread of its own, since it makes a loop of its own."""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(CliRunner().invoke, app, ["import-places", *arguments]).result()


@pytest.mark.usefixtures("own_database")
async def test_places_and_roads_are_imported(tmp_path: Path, server: Running) -> None:
    done = run(written(tmp_path, PLACE))
    assert (done.exit_code, done.output[:21]) == (0, "1 places hold from 20"), done.output
    assert (await ask(server, "پيش ده"))["code"] == "X"
    roads = written(tmp_path, POST | {"km": 0, "lat": 34.0}, POST | {"km": 40, "lat": 34.3})
    assert run(roads, "--roads").exit_code == 0
    assert (await ask(server, "راه نمونه کیلومتر ۲۰"))["lat"] == 34.15


@pytest.mark.usefixtures("own_database")
async def test_a_bad_line_is_named_and_nothing_is_kept(tmp_path: Path, server: Running) -> None:
    done = run(written(tmp_path, PLACE, PLACE | {"kind": "planet"}))
    assert done.exit_code == 1
    assert "line 3" in str(done.exception)
    assert await server.sql("SELECT count(*) FROM place WHERE code = 'X'") == [(0,)]
