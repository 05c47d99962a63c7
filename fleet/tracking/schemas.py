"""HTTP shapes of tracking."""

from datetime import datetime

from pydantic import BaseModel, Field

from kit.shapes import Id, Shape


class DeviceIn(Shape):
    """A device to enrol."""

    unit_id: Id
    name: str = Field(min_length=1, max_length=100)


class DeviceOut(BaseModel):
    """A device, without its token."""

    id: int
    unit_id: int
    name: str
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
    token: str
