"""What races of two need."""

from collections.abc import AsyncIterator

import pytest

from kit.db import Database
from tests.support.pair import Pair


@pytest.fixture
async def pair(db: Database) -> AsyncIterator[Pair]:
    found = Pair(db)
    await found.prepare()
    yield found
