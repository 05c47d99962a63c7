"""HTTP shapes of signing in."""

from datetime import datetime

from pydantic import BaseModel, Field, SecretStr, field_validator

from kit.identity import RESERVED, Role
from kit.shapes import Id, Shape

NAME = r"^[\w.@-]+$"
PASSWORD = Field(min_length=10, max_length=200)


class SignIn(Shape):
    """Name and password."""

    name: str = Field(min_length=1, max_length=100)
    password: SecretStr = Field(min_length=1, max_length=200)


class NewPassword(Shape):
    """The present password, and one of your own, of ten characters at least."""

    password: SecretStr = Field(min_length=1, max_length=200)
    new_password: SecretStr = PASSWORD


class Signed(BaseModel):
    """Who is signed in."""

    name: str
    role: Role
    unit_id: int | None
    must_change_password: bool


class AccountIn(Shape):
    """An account to add; a crew's belongs to a unit."""

    name: str = Field(min_length=1, max_length=100, pattern=NAME)
    role: Role
    unit_id: Id | None = None

    @field_validator("name")
    @classmethod
    def _not_the_program(cls, name: str) -> str:
        if name.lower() in RESERVED:
            raise ValueError("with this name the program signs what it does by itself")
        return name


class AccountOut(BaseModel):
    """An account."""

    id: int
    name: str
    role: Role
    unit_id: int | None
    must_change_password: bool
    created_at: datetime
    disabled_at: datetime | None


class Accounts(BaseModel):
    """Every account."""

    accounts: list[AccountOut]


class Dispatchers(BaseModel):
    """The names of the dispatchers who may sign in."""

    dispatchers: list[str]


class OneTime(BaseModel):
    """An account's one-time password, shown this once."""

    name: str
    password: str
