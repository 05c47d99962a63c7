"""Refusals: what a client did wrong, as RFC 9457 problem details that a person can read.

A refusal carries its HTTP status, a stable ``code`` for programs, a ``detail`` for people and,
for bad fields, which field has which fault. The sockets send the same body that HTTP sends.
"""

from typing import Any, ClassVar

import msgspec
import psycopg.errors


class Fault(msgspec.Struct, frozen=True):
    """One bad field: where it stands (``place.lat``) and what is wrong with it."""

    field: str
    fault: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Problem details (RFC 9457); ``code`` and ``errors`` are extension members."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Fault] = []
    context: dict[str, Any] = {}


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a failure
    """Base of all refusals. Keyword arguments become the problem's ``context``."""

    status: ClassVar[int] = 400
    code: str = "bad_request"

    def __init__(self, detail: str, *, errors: list[Fault] | None = None, **context: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.context = context

    def problem(self) -> Problem:
        """Return the body that the client is sent."""
        return Problem(
            type=f"/problems/{self.code}",
            title=self.code.replace("_", " "),
            status=self.status,
            code=self.code,
            detail=self.detail,
            errors=self.errors,
            context=self.context,
        )


class Malformed(Refusal):
    """The request cannot be read at all."""

    code = "malformed"


class Unauthenticated(Refusal):
    """Nobody is signed in, or the sign-in has ended."""

    status = 401
    code = "unauthenticated"


class Forbidden(Refusal):
    """The one signed in may not do this."""

    status = 403
    code = "forbidden"


class NotFound(Refusal):
    """No such thing."""

    status = 404
    code = "not_found"


class Conflict(Refusal):
    """It cannot be done now, because of what is already so."""

    status = 409
    code = "conflict"

    def __init__(self, detail: str, *, code: str | None = None, **context: Any) -> None:
        super().__init__(detail, **context)
        if code:
            self.code = code


class TooLarge(Refusal):
    """The body is longer than allowed."""

    status = 413
    code = "too_large"


class Invalid(Refusal):
    """The request can be read, but a field has a fault."""

    status = 422
    code = "invalid"


class TooMany(Refusal):
    """Too many attempts; wait."""

    status = 429
    code = "too_many"


class Unavailable(Refusal):
    """The database does not answer now; nothing was kept, try again."""

    status = 503
    code = "unavailable"


def invalid(field: str, fault: str) -> Invalid:
    """Return the refusal of a single field."""
    return Invalid(f"{field}: {fault}", errors=[Fault(field, fault)])


_CONSTRAINTS: dict[str, tuple[str, str]] = {}


def explain_constraint(name: str, code: str, detail: str) -> None:
    """Say what a breach of the database's constraint ``name`` means to a person."""
    _CONSTRAINTS[name] = (code, detail)


def from_database(error: psycopg.Error) -> Refusal | None:
    """Return the refusal that a database error stands for, or None when it is our own fault."""
    if isinstance(error, psycopg.errors.UniqueViolation | psycopg.errors.ExclusionViolation):
        known = _CONSTRAINTS.get(error.diag.constraint_name or "")
        if known:
            return Conflict(known[1], code=known[0])
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return NotFound(error.diag.message_detail or "it refers to something that does not exist")
    if isinstance(
        error,
        psycopg.errors.SerializationFailure
        | psycopg.errors.DeadlockDetected
        | psycopg.errors.LockNotAvailable
        | psycopg.errors.QueryCanceled,
    ):
        return Unavailable("the database is busy; nothing was changed, try again")
    if isinstance(error, psycopg.OperationalError):
        return Unavailable("the database does not answer; nothing was changed, try again")
    return None
