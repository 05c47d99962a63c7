"""HTTP as the console speaks it: a cookie session, idempotency keys, refusals as exceptions."""

import uuid
from http import HTTPStatus
from typing import Any

import httpx2

from kit.errors import Fault


class ProblemAnswer(Exception):  # noqa: N818 - what the server answered
    """The server refused; its members are those of the problem."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status = status
        self.code: str = body.get("code", "unknown")
        self.detail: str = body.get("detail", "")
        self.context: dict[str, Any] = body.get("context", {})
        self.errors = [Fault(**fault) for fault in body.get("errors", [])]
        super().__init__(f"{status} {self.code}: {self.detail}")


class Api:
    """One signed-in client of ``base``, an address such as ``http://127.0.0.1:8123``."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self.http = httpx2.AsyncClient(base_url=f"{self.base}/api/v1", timeout=30, trust_env=False)

    async def sign_in(self, name: str, password: str) -> dict[str, Any]:
        """Sign in; a one-time password is replaced by ``{password}-mine``. Return who one is."""
        who: dict[str, Any] = await self.post("/session", once=False, name=name, password=password)
        if who["must_change_password"]:
            new = f"{password}-mine"
            await self.post("/session/password", once=False, password=password, new_password=new)
        return who

    async def knows_me(self) -> bool:
        """Tell whether the session still holds."""
        return (await self.http.get("/session")).status_code == HTTPStatus.OK

    def cookie(self) -> str:
        """Return the session as a Cookie header, for the socket."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar)

    async def get(self, path: str, **params: Any) -> Any:
        """GET and return the JSON. Raises ProblemAnswer."""
        return _read(await self.http.get(path, params=params))

    async def post(self, path: str, *, once: bool = True, **body: Any) -> Any:
        """POST and return the JSON; ``once`` sends an idempotency key. Raises ProblemAnswer."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if once else {}
        return _read(await self.http.post(path, json=body, headers=headers))

    async def delete(self, path: str) -> None:
        """DELETE. Raises ProblemAnswer."""
        _read(await self.http.delete(path))

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()


def _read(response: httpx2.Response) -> Any:
    if response.is_error:
        is_problem = response.headers.get("content-type", "").startswith("application/problem")
        raise ProblemAnswer(response.status_code, response.json() if is_problem else {})
    return response.json() if response.content else None
