"""HTTP shapes of tracking."""

from datetime import datetime

from pydantic import BaseModel, Field

from kit.shapes import Id, Shape


class DeviceIn(Shape):
    """A device to enrol; only one that ``may_act`` answers offers and reports milestones."""

    unit_id: Id
    name: str = Field(min_length=1, max_length=100)
    may_act: bool = False


class DeviceOut(BaseModel):
    """A device, without its token."""

    id: int
    unit_id: int
    name: str
    may_act: bool
    created_at: datetime
    revoked_at: datetime | None


class Devices(BaseModel):
    """Every device."""

    devices: list[DeviceOut]


class Enrolled(BaseModel):
    """A new device with its token, shown this once."""

    id: int
    unit_id: int
    name: str
    may_act: bool
    token: str
