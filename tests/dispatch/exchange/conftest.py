"""A server that knows an exchange's secret."""

from collections.abc import AsyncIterator

import pytest

from tests.support.exchange import SECRET, Exchange
from tests.support.servers import Running, serving


@pytest.fixture
async def server(dsn: str) -> AsyncIterator[Running]:
    async with serving(dsn, exchange_secret=SECRET) as running:
        yield running


@pytest.fixture
async def exchange(server: Running) -> AsyncIterator[Exchange]:
    found = Exchange(server.base)
    yield found
    await found.http.aclose()
