"""Settings that would leak or mix up secrets are refused at the start, by name."""

from typing import Any

import pytest
from pydantic import ValidationError

from kit.settings import Settings

LONG = "sixteen characters or more"


def partner(**more: Any) -> dict[str, Any]:
    return {"url": "https://110.example/", "secret": LONG, "channel": "110", **more}


@pytest.mark.parametrize(
    ("partners", "said"),
    [
        ({"p": partner(secret="short")}, "at least 16 items"),
        ({"p": partner(secret="")}, "at least 16 items"),
        ({"p": partner(url="ftp://110.example/")}, "pattern"),
        ({"p": partner(url="http://110.example/", share=["place"])}, "https only"),
        ({"p": partner(), "q": partner()}, "the same secret"),
    ],
)
def test_a_partner_that_would_leak_is_refused(partners: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as refused:
        Settings(partners=partners)
    assert LONG not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["https://h:84O3/x", "https://h:99999/x", "https:///x", "http://256.1.1.1/", "http://[::1/"],
)
def test_an_address_that_nothing_can_be_sent_to_is_refused(url: str) -> None:
    for wrong in ({"partners": {"p": partner(url=url)}}, {"channel_url": url}):
        with pytest.raises(ValidationError, match="host and port"):
            Settings(**wrong)


def test_the_gateway_is_asked_by_http() -> None:
    with pytest.raises(ValidationError, match="pattern"):
        Settings(channel_url="ftp://gateway.example/")
    assert Settings(channel_url="").channel_url == ""


def test_a_partner_has_another_secret_than_the_exchange() -> None:
    with pytest.raises(ValidationError, match="the same secret"):
        Settings(partners={"p": partner()}, exchange_secret=LONG)


def test_good_partners_are_taken() -> None:
    near = partner(url="http://127.0.0.1:9/", share=["place"])
    codes_only = partner(url="http://115.example/", secret=f"another {LONG}")
    assert len(Settings(partners={"near": near, "codes": codes_only}).partners) == 2
