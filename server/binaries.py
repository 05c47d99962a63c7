"""Which PostgreSQL programs this machine has, and whether PostGIS came with them.

The newest that has PostGIS wins. A PostgreSQL without it, such as one built by hand, is passed
over, because the database could not be made with it.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 14
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL: where its programs lie, its major version, where PostGIS is."""

    directory: Path
    major: int
    postgis_control: Path | None

    @property
    def postgis(self) -> str | None:
        """The version of PostGIS that CREATE EXTENSION would make, as "3.3.2"."""
        if self.postgis_control is None:
            return None
        found = re.search(r"default_version = '([^']+)'", self.postgis_control.read_text())
        return found[1] if found else None

    def has(self, extension: str) -> bool:
        """Tell whether an extension lies beside PostGIS."""
        control = self.postgis_control
        return control is not None and control.with_name(f"{extension}.control").exists()


class ClusterError(RuntimeError):
    """The cluster cannot be had; the message says why, and where to look or what to do."""


def installed() -> list[Binaries]:
    """Return every PostgreSQL on this machine, the newest first."""
    directories = [found for place in PLACES for found in Path("/").glob(place[1:])]
    if on_path := shutil.which("postgres"):
        directories.append(Path(on_path).resolve().parent)
    complete = {d for d in directories if (d / "initdb").exists() and (d / "postgres").exists()}
    return sorted(map(_describe, complete), key=lambda b: (b.major, b.directory), reverse=True)


def choose(major: int | None = None) -> Binaries:
    """Return the newest PostgreSQL with PostGIS; of ``major`` alone when data of it exist.

    Raises ClusterError when there is none.
    """
    for one in installed():
        if one.postgis_control and one.major >= OLDEST_MAJOR and major in (None, one.major):
            return one
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    raise ClusterError(f"{wanted} with PostGIS is not installed; bin/setup installs it")


def _describe(directory: Path) -> Binaries:
    said = subprocess.run(
        [directory / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\) (\d+)", said)
    major = int(found[1]) if found else 0
    return Binaries(directory, major, _postgis_control(directory, major))


def _postgis_control(directory: Path, major: int) -> Path | None:
    """Find PostGIS where Debian, Red Hat, Arch, Alpine or Homebrew keep a version's extensions."""
    shares = ("", "/postgresql", "/pgsql", f"/postgresql/{major}", f"/postgresql{major}")
    packaged = directory.is_relative_to("/usr/lib") or directory.is_relative_to("/usr/libexec")
    for root in (directory.parent, *([Path("/usr")] if packaged else [])):
        for share in shares:
            control = root / f"share{share}" / "extension/postgis.control"
            if control.exists():
                return control
    return None
