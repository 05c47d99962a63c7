"""HTTP of signing in and of accounts."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.requests import HTTPConnection

from kit.clock import now
from kit.codec import encode
from kit.errors import Unauthenticated, invalid
from kit.idempotency import created_secret
from kit.identity import Actor, Role, token_hash
from kit.web import Administrator, Db, Desk, IdempotencyKey, Reading
from server.login import actions, queries
from server.login.passwords import Guesses, hashed, matches
from server.login.schemas import (
    NAME,
    AccountIn,
    Accounts,
    Dispatchers,
    NewPassword,
    OneTime,
    Signed,
    SignIn,
)

COOKIE = "sayyar_session"
router = APIRouter(tags=["sign-in"])


async def authenticate(http: HTTPConnection) -> Actor:
    """Return who the session cookie stands for. Raises Unauthenticated."""
    token = http.cookies.get(COOKIE)
    if token:
        async with http.app.state.db.read() as conn:
            actor = await queries.actor_of_session(conn, token_hash(token), now())
        if actor:
            return actor
    raise Unauthenticated("sign in first")


def session_of(http: HTTPConnection) -> bytes:
    """Return the hash of the session cookie."""
    return token_hash(http.cookies.get(COOKIE, ""))


async def _guess(request: Request, name: str, stored: str | None, password: str) -> bool:
    """Tell whether the password is right. Raises TooMany, also when others guessed meanwhile."""
    guesses: Guesses = request.app.state.guesses
    where = request.client.host if request.client else ""
    guesses.check(name, where, now())
    right = await matches(stored, password)
    guesses.check(name, where, now())
    if not right:
        guesses.wrong(name, where, now())
    return right


Name = Annotated[str, Path(max_length=100, pattern=NAME)]
AnyActor = Annotated[Actor, Depends(authenticate)]


def _signed(actor: Actor) -> Signed:
    return Signed(
        name=actor.name,
        role=actor.role,
        unit_id=actor.unit_id,
        must_change_password=actor.must_change_password,
    )


@router.post("/session")
async def sign_in(body: SignIn, request: Request, response: Response, db: Db) -> Signed:
    """Sign in; the answer sets the session cookie."""
    async with db.read() as conn:
        row = await queries.account(conn, body.name)
    stored = row["password_hash"] if row else None
    right = await _guess(request, body.name, stored, body.password.get_secret_value())
    if not right or row is None:
        raise Unauthenticated("the name or the password is wrong")
    settings = request.app.state.settings
    lasts = timedelta(hours=settings.session_hours)
    async with db.write() as conn:
        token = await actions.begin_session(conn, row["id"], row["password_hash"], now(), lasts)
    if token is None:
        raise Unauthenticated("the password was changed meanwhile")
    secure = request.url.scheme == "https" or settings.public_origin.startswith("https:")
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lasts.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=secure,
        path="/",
    )
    return _signed(queries.actor_of(row))


@router.get("/session")
async def session(actor: AnyActor) -> Signed:
    """Return who is signed in."""
    return _signed(actor)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, db: Db, _: AnyActor) -> None:
    """Sign out; the session is worthless from now on."""
    async with db.write() as conn:
        await actions.end_session(conn, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/")


@router.post("/session/password", status_code=204)
async def choose_password(body: NewPassword, request: Request, db: Db, actor: AnyActor) -> None:
    """Choose a password of your own; other sessions of the account end."""
    old, new = body.password.get_secret_value(), body.new_password.get_secret_value()
    if new == old:
        raise invalid("new_password", "the same as before")
    async with db.read() as conn:
        row = await queries.account(conn, actor.name)
    stored = row["password_hash"] if row else None
    if not await _guess(request, actor.name, stored, old):
        raise invalid("password", "not your present password")
    chosen = await hashed(new)
    async with db.write() as conn:
        await actions.choose_password(conn, actor.account_id, stored, chosen)
        await actions.end_sessions(conn, actor.account_id, but=session_of(request))


@router.get("/dispatchers", response_model=Dispatchers)
async def dispatchers(conn: Reading, _: Desk) -> dict[str, object]:
    """Return the names of the dispatchers: to whom an incident may be handed over."""
    return {"dispatchers": await queries.dispatchers(conn)}


@router.get("/accounts", response_model=Accounts)
async def accounts(conn: Reading, _: Administrator) -> dict[str, object]:
    """Return every account."""
    return {"accounts": await queries.accounts(conn)}


@router.post("/accounts", response_model=OneTime, status_code=201)
async def add_account(
    body: AccountIn,
    request: Request,
    db: Db,
    actor: Administrator,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add an account; its one-time password is shown this once."""
    if (body.role is Role.CREW) != (body.unit_id is not None):
        raise invalid("unit_id", "a crew's account belongs to a unit, no other does")

    async def make() -> str:
        await actions.add_account(conn, body.name, body.role, password.hash, body.unit_id)
        return encode({"name": body.name, "password": password.text}).decode()

    password = await actions.one_time()
    async with db.write() as conn:
        return await created_secret(conn, request, actor.name, idempotency_key, make)


@router.post("/accounts/{name}/password-reset", status_code=200)
async def reset_password(name: Name, db: Db, _: Administrator) -> OneTime:
    """Give an account a new one-time password and end its sessions."""
    password = await actions.one_time()
    async with db.write() as conn:
        await actions.reset_password(conn, name, password.hash)
    return OneTime(name=name, password=password.text)


@router.delete("/accounts/{name}", status_code=204)
async def disable(name: Name, db: Db, actor: Administrator) -> None:
    """Shut an account out and end its sessions."""
    async with db.write() as conn:
        await actions.disable(conn, name, now(), actor.name)
