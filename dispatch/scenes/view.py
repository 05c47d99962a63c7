"""A scene report without its free words: codes and counts."""

from datetime import datetime

import msgspec

from dispatch.scenes.scene import SceneAct


class SceneVersionView(msgspec.Struct, frozen=True):
    """Version ``n`` of an assignment's scene report; ``reason`` says why it was corrected."""

    assignment_id: int
    n: int
    act: SceneAct
    kept_at: datetime
    device_at: datetime | None
    by: str
    found: str | None
    risk: str | None
    harm: str | None
    actions: list[str]
    children: int | None
    reason: str | None
