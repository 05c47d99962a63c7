"""Every error as problem details; a client's mistake is never a 5xx."""

import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from kit.codec import encode
from kit.errors import Fault, Invalid, Malformed, Problem, Refusal, from_database
from kit.log import log

MEDIA = "application/problem+json"


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as a response."""
    return Response(encode(problem), problem.status, headers, media_type=MEDIA)


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - registered for this type
    request.app.state.telemetry.count_refusal(error.code)
    return answer(error.problem(), _when_again(error))


def _when_again(error: Refusal) -> dict[str, str] | None:
    """Return the header that says after how many seconds to try again, where that is known."""
    wait_s = error.context.get("retry_after_s", 1 if error.status == 503 else None)
    return None if wait_s is None else {"Retry-After": str(wait_s)}


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return await _refusal(request, Malformed("the body is not JSON"))
    faults = [Fault(_place(one["loc"]), one["msg"]) for one in error.errors()]
    detail = "; ".join(f"{fault.field}: {fault.fault}" for fault in faults[:5])
    return await _refusal(request, Invalid(detail, errors=faults))


def _place(loc: tuple[str | int, ...]) -> str:
    parts = loc[1:] if loc and loc[0] in {"body", "query", "path", "header"} else loc
    return ".".join(str(part) for part in parts) or "body"


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    title = code.replace("_", " ")
    problem = Problem(f"/problems/{code}", title, error.status_code, code, str(error.detail))
    return answer(problem, dict(error.headers or {}))


async def _database(request: Request, error: Exception) -> Response:
    assert isinstance(error, psycopg.Error)  # noqa: S101 - registered for this type
    refusal = from_database(error)
    if refusal is not None:
        return await _refusal(request, refusal)
    return await _bug(request, error)


async def _bug(request: Request, error: Exception) -> Response:
    log.exception("our own fault", path=request.url.path, exc_info=error)
    problem = Problem(
        "/problems/internal", "internal", 500, "internal", "our own fault; it was logged"
    )
    return answer(problem)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(Refusal, _refusal)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg.Error, _database)
    app.add_exception_handler(Exception, _bug)
