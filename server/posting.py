"""Posting to another's system, of which nothing is trusted: neither its speed nor its answer."""

import asyncio
from collections.abc import Mapping

import httpx2

FAILURES = (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError)
"""What ``status_of`` raises when nobody answers."""


async def status_of(url: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> int:
    """Post a body and return the answer's status; what else it says is not read.

    All of it takes ``timeout_s`` at most, however slowly the other side drips. Redirects are not
    followed. Raises one of ``FAILURES``.
    """
    async with (
        asyncio.timeout(timeout_s),
        httpx2.AsyncClient(timeout=timeout_s, trust_env=False) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        return answer.status_code
