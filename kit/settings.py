"""Every setting of the program, from the environment (``SAYYAR_…``) or a ``.env`` file.

A test asserts that each one stands in docs/reference/settings.md.
"""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """Return where the embedded cluster lives unless told otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/sayyar")
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    return Path(home) / "sayyar"


class Settings(BaseSettings):
    """The settings and their defaults; seconds, bytes and metres are in the names."""

    model_config = SettingsConfigDict(env_prefix="SAYYAR_", env_file=".env", extra="ignore")

    dsn: str = Field("", description="a PostGIS database of your own; empty: the embedded one")
    data_dir: Path = Field(
        default_factory=default_data_dir, description="where the embedded cluster lives"
    )
    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8123, ge=0, le=65535, description="the port to listen on; 0: any free one")
    public_origin: str = Field(
        "", description="the origin browsers see behind a proxy, as https://123.example.org"
    )
    time_zone: str = Field("Asia/Tehran", description="the zone in which a date begins")
    pool_size: int = Field(12, ge=2, le=200, description="connections to the database")
    statement_timeout_s: float = Field(15, gt=0, description="the longest a statement may take")
    tick_s: float = Field(0.25, gt=0, description="how often changed positions go to consoles")
    flush_s: float = Field(1.0, gt=0, description="how often positions are made durable")
    body_limit_bytes: int = Field(262_144, gt=0, description="the longest HTTP body")
    frame_limit_bytes: int = Field(262_144, gt=0, description="the longest websocket message")
    fixes_limit: int = Field(100, gt=0, description="the most fixes in one batch")
    mailbox_frames: int = Field(256, gt=0, description="frames a slow console may owe")
    session_hours: float = Field(12, gt=0, description="how long a sign-in lasts")
    sign_in_tries: int = Field(10, gt=0, description="wrong passwords a name may give in 5 minutes")
    future_skew_s: float = Field(300, ge=0, description="how far ahead a device's clock may be")
    max_speed_mps: float = Field(70, gt=0, description="a faster move is an impossible jump")
    max_accuracy_m: float = Field(500, gt=0, description="a less accurate fix is refused")
    idempotency_days: int = Field(2, gt=0, description="how long idempotency keys are remembered")
    log_json: bool = Field(False, description="write the log as JSON lines")
