"""A command with a wrong setting says which one, in a line, and ends."""

import pytest
from typer.testing import CliRunner

from server.cli import app


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SAYYAR_PORT", "abc", "SAYYAR_PORT: Input should be a valid integer"),
        ("SAYYAR_TICK_S", "-1", "SAYYAR_TICK_S: Input should be greater than 0"),
        ("SAYYAR_PARTNERS", '{"p": {}}', "SAYYAR_PARTNERS.P.URL: Field required"),
        ("SAYYAR_PARTNERS", '{"p"', 'field "partners"'),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(app, ["doctor"])
    assert ended.exit_code == 2
    assert said in ended.output
    assert "Traceback" not in ended.output
