"""Whatever the OpenAPI document allows, and what it does not, is answered and never our fault."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from tests.support.servers import Running

ACCOUNTS = {"dispatcher": 8, "admin": 5, "ark-1": 3, "planner": 2}
"""Who asks, and how many examples of each operation."""
ENDS_THE_SIGN_IN = ("DELETE", "/api/v1/session")


def operations(document: dict[str, Any]) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        operation = result.ok()
        if (operation.method.upper(), operation.path) != ENDS_THE_SIGN_IN:
            yield operation


def ask(operation: Any, base: str, cookie: str, examples: int) -> set[int]:
    """Ask for an operation in good and in bad forms; return the statuses of the answers."""
    statuses = set()
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @given(case=good | bad)
    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def once(case: Any) -> None:
        answer = case.call(base_url=base, headers={"Cookie": cookie})
        assert answer.status_code < 500, (case.method, case.path, answer.text)
        statuses.add(answer.status_code)

    once()
    return statuses


def ask_everything(document: dict[str, Any], base: str, cookie: str, examples: int) -> set[int]:
    found = [ask(operation, base, cookie, examples) for operation in operations(document)]
    assert len(found) > 35
    return set().union(*found)


# The server runs in this process, and its pool draws from `random` while a strategy draws.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("name", ACCOUNTS)
async def test_no_request_is_our_fault(server: Running, name: str) -> None:
    crew = await server.crew_at("ark-2", 34.09, 49.69)
    desk = await server.desk()
    assert crew.state
    await desk.assign(await desk.call(34.09, 49.69), crew.state.unit.id)
    await desk.call(34.1, 49.7)
    client = await server.desk(name, connect=False)
    document = await client.api.get("/openapi.json")
    statuses = await asyncio.to_thread(
        ask_everything, document, server.base, client.api.cookie(), ACCOUNTS[name]
    )
    assert 422 in statuses
    assert (await desk.api.get("/session"))["name"] == "dispatcher"
