"""Every setting of the program, from the environment (``SAYYAR_…``) or a ``.env`` file.

A test asserts that each one stands in docs/reference/settings.md.
"""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import httpx2
from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """Return where the embedded cluster lives unless told otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/sayyar")
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    return Path(home) / "sayyar"


SECRET_LENGTH = 16
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
Share = Literal["place", "caller", "narrative"]
"""What a partner may be told of an incident beyond codes and a coarse area."""


def _sendable(url: str) -> str:
    """Refuse an address that nothing can be sent to; empty is none. Never say what it holds."""
    try:
        reachable = httpx2.URL(url).host and urlsplit(url).port != 0
    except (ValueError, httpx2.InvalidURL):
        reachable = False
    if url and not reachable:
        raise ValueError("this address has no good host and port")
    return url


Url = Annotated[str, AfterValidator(_sendable)]


class Partner(BaseModel):
    """Another agency's system: where it takes relays, and the secret of both.

    ``channel`` is how its own calls are counted, a word of ``call_channel``.
    """

    url: Url = Field(pattern=r"^https?://")
    secret: SecretStr = Field(min_length=SECRET_LENGTH)
    channel: str
    share: list[Share] = []

    @model_validator(mode="after")
    def _shares_in_secret(self) -> Self:
        url = urlsplit(self.url)
        if self.share and url.scheme != "https" and url.hostname not in LOOPBACK:
            raise ValueError("what is shared goes by https only; the url is http")
        return self


class Settings(BaseSettings):
    """The settings and their defaults; seconds, bytes and metres are in the names."""

    model_config = SettingsConfigDict(
        env_prefix="SAYYAR_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

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
    device_requests_per_s: float = Field(
        20, gt=0, description="requests a tracker may go on sending, a second"
    )
    device_fixes_per_s: float = Field(
        100, gt=0, description="fixes a device may send on its socket a second, in the long run"
    )
    device_fixes_at_once: int = Field(
        20_000, gt=0, description="fixes a device may send on its socket at once: its buffer"
    )
    device_requests_at_once: int = Field(
        1200, gt=0, description="requests a tracker may send at once, as when its buffer empties"
    )
    token_overlap_s: int = Field(
        86_400, ge=0, description="how long a device's old token works beside the new one"
    )
    mailbox_frames: int = Field(256, gt=0, description="frames a slow console may owe")
    session_hours: float = Field(12, gt=0, description="how long a sign-in lasts")
    sign_in_tries: int = Field(10, gt=0, description="wrong passwords a name may give in 5 minutes")
    future_skew_s: float = Field(300, ge=0, description="how far ahead a device's clock may be")
    live_max_age_s: float = Field(
        3600, gt=0, description="an older fix goes to history only, not to the map"
    )
    max_speed_mps: float = Field(70, gt=0, description="a faster move is an impossible jump")
    max_accuracy_m: float = Field(500, gt=0, description="a less accurate fix is quarantined")
    same_place_m: float = Field(
        1000, ge=0, description="a move so far is never a jump, however quick"
    )
    refuse_mock: bool = Field(
        True, description="quarantine what the phone itself calls a made-up position"
    )
    region_margin_km: float = Field(
        150, ge=0, description="how far from every county a unit can be; farther is quarantined"
    )
    approach_m: float = Field(
        10_000, ge=0, description="from how near a unit drives to a known place of spoofing"
    )
    approach_s: float = Field(
        600, ge=0, description="how old its last good fix there may be for that"
    )
    frozen_fixes: int = Field(
        5, ge=2, description="so many fixes at the very same coordinates while moving are frozen"
    )
    frozen_speed_mps: float = Field(5, gt=0, description="a faster reported speed is moving")
    circle_turns: float = Field(
        1.5, ge=0.75, description="how often round a circle is circling, on one a road could make"
    )
    circle_residual: float = Field(
        0.05, gt=0, lt=1, description="how far off a circle, as a share of its radius"
    )
    gathering_units: int = Field(3, ge=2, description="so many units that leap to one place")
    gathering_m: float = Field(300, gt=0, description="how near to each other that is")
    gathering_s: float = Field(300, gt=0, description="within how long that is")
    gathering_leap_m: float = Field(5000, gt=0, description="how far a leap goes at least")
    source_silence_s: float = Field(
        15, gt=0, description="how long a unit's device may be silent before another takes over"
    )
    quarantine_days: int = Field(30, gt=0, description="how long quarantined reports are kept")
    idempotency_days: int = Field(2, gt=0, description="how long idempotency keys are remembered")
    exchange_secret: SecretStr = Field(
        SecretStr(""),
        description="the secret with which the telephone exchange signs; empty: there is none",
    )
    exchange_window_s: float = Field(
        300,
        gt=0,
        description="how old a message of the exchange or a partner may be",
    )
    channel_url: Url = Field(
        "",
        pattern=r"^(https?://|$)",
        description="the gateway that sends short messages to crews; empty: none is sent",
    )
    channel_secret: SecretStr = Field(
        SecretStr(""), description="what the gateway and the server sign with"
    )
    channel_timeout_s: float = Field(5, gt=0, description="how long the gateway may take")
    partners: dict[str, Partner] = Field(
        {}, description="agencies' systems for relays, as JSON by name; see below"
    )
    partner_timeout_s: float = Field(5, gt=0, description="how long a partner's system may take")
    log_json: bool = Field(False, description="write the log as JSON lines")

    @model_validator(mode="after")
    def _each_signs_as_itself(self) -> Self:
        signers = [self.exchange_secret, *(partner.secret for partner in self.partners.values())]
        secrets = [one.get_secret_value() for one in signers if one.get_secret_value()]
        if len(secrets) > len(set(secrets)):
            raise ValueError("two partners, or one and the exchange, have the same secret")
        return self
