"""HTTP shapes of devices."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from fleet.devices.device import Client
from kit.shapes import Id, Shape

Seconds = Annotated[int, Field(ge=1, le=3600)]


class DeviceIn(Shape):
    """A device to enrol; only one that ``may_act`` answers offers and reports milestones."""

    unit_id: Id
    name: str = Field(min_length=1, max_length=100)
    may_act: bool = False
    form: Client = Client.TRACCAR
    interval_s: Seconds = 10


class Overlap(Shape):
    """For how long the present token still works beside the new one; null: as the setting says."""

    overlap_s: int | None = Field(None, ge=0, le=30 * 86_400)


class DeviceOut(BaseModel):
    """A device, without its token, and what it last did.

    ``refused`` is why a report of it was last refused, at ``refused_at``, and ``fault`` what was
    wrong with it; ``heard_form`` is the form in which it really speaks.
    """

    id: int
    unit_id: int
    name: str
    may_act: bool
    form: str
    interval_s: int
    created_at: datetime
    revoked_at: datetime | None
    old_token_until: datetime | None
    heard_at: datetime | None
    heard_form: str | None
    fixed_at: datetime | None
    verdict: str | None
    refused_at: datetime | None
    refused: str | None
    fault: str | None
    battery_pct: float | None
    charging: bool | None
    moving: bool | None


class Devices(BaseModel):
    """Every device."""

    devices: list[DeviceOut]


class LinkOut(BaseModel):
    """How one client is set up: the address to set, the link that does it, a QR code (SVG)."""

    form: Client
    url: str
    deep_link: str | None
    qr_svg: str


class Enrolled(BaseModel):
    """A device with its new token, shown this once, and how each client is set up with it."""

    id: int
    unit_id: int
    name: str
    may_act: bool
    form: str
    interval_s: int
    old_token_until: datetime | None
    token: str
    links: list[LinkOut]
