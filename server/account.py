"""The unprivileged user that PostgreSQL runs as: our own, or ``postgres`` when we are root."""

import os
import pwd
import stat
from pathlib import Path
from typing import TypedDict

from server.binaries import ClusterError


class Account(TypedDict, total=False):
    """A user as ``subprocess`` takes it; empty: the one we are."""

    user: int
    group: int
    extra_groups: list[int]


def account() -> Account:
    """Return the user for PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        found = pwd.getpwnam("postgres")
    except KeyError as error:
        raise ClusterError("there is no user postgres; bin/setup makes it") from error
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def make_private(directory: Path) -> None:
    """Make the directory, for PostgreSQL's user alone; refuse one that somebody else put there."""
    user = account()
    owner = user.get("user", os.geteuid())
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise ClusterError(f"{directory} belongs to somebody else; remove it")
    os.chown(directory, owner, user.get("group", -1))
    directory.chmod(0o700)


def let_through(directory: Path) -> None:
    """Let PostgreSQL's user pass through a directory that stays ours."""
    if account():
        directory.chmod(directory.stat().st_mode | 0o011)
