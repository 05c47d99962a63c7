"""Where the secret is found: query, body, headers; also in a body that cannot be read."""

import base64

import pytest

from fleet.tracking.trackers.tokens import tokens
from fleet.tracking.trackers.upload import Upload
from tests.support.uploads import NOW

T = "s3cr3t_-token"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize("name", ["id", "deviceid", "device_id"])
@pytest.mark.parametrize("query", ["{}={}", "lat=1&{}={}", "{}={}&lat=1"])
def test_in_the_query_or_a_form(name: str, query: str) -> None:
    said = query.format(name, T).encode()
    assert tokens(Upload(NOW, said), "") == [T]
    assert tokens(Upload(NOW, b"", said), "") == [T]
    assert tokens(Upload(NOW, b"x" + f"{name}={T}".encode()), "") == []


@pytest.mark.parametrize(
    "body",
    [
        '{"device_id": "s3cr3t_-token", "location": {}}',
        '{"location": {"extras": {"id": "other"}}, "device_id":"s3cr3t_-token"}',
        '[{"deviceid": "s3cr3t_-token"}, {"deviceid": "s3cr3t_-token"}]',
        '{"id": "s3cr3t_-token", "broken',
        "[" * 5000 + '{"id": "s3cr3t_-token"',
    ],
)
def test_in_json_even_if_it_cannot_be_read(body: str) -> None:
    assert tokens(Upload(NOW, b"", body.encode()), "")[0] == T


def test_in_the_headers() -> None:
    assert tokens(Upload(NOW), f"Bearer {T}") == [T]
    assert tokens(Upload(NOW), basic("ark-1", T)) == [T, "ark-1"]
    assert tokens(Upload(NOW), basic(T, "")) == [T]
    assert tokens(Upload(NOW), f"basic {basic('u', T)[6:]}") == [T, "u"]


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Digest x", "Basic é", "Bearer "])
def test_headers_that_say_nothing(header: str) -> None:
    assert tokens(Upload(NOW), header) == []


def test_the_query_counts_first_and_not_many_are_tried() -> None:
    ids = "".join(f'"id": "t{n}", ' for n in range(50))
    upload = Upload(NOW, b"id=first", f"{{{ids}}}".encode())
    assert tokens(upload, basic("user", "password")) == ["first", "password", "user", "t0"]
