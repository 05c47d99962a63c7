"""HTTP shapes of scene reports."""

from typing import Annotated

from pydantic import BaseModel, Field

from dispatch.incidents.schemas import ReasonCode
from kit.shapes import Instant, Shape

Word = Annotated[str, Field(min_length=1, max_length=50)]


class SceneIn(Shape):
    """What was found and done: words of ``scene_found``, ``scene_risk``, ``scene_harm``, actions.

    A draft may lack anything; ``reason`` (``scene_correct_reason``) goes with a correction alone.
    """

    found: Word | None = None
    risk: Word | None = None
    harm: Word | None = None
    actions: list[Word] = Field(default=[], max_length=30)
    children: int | None = Field(None, ge=0, le=50)
    text: str | None = Field(None, min_length=1, max_length=10_000)
    reason: ReasonCode = None
    device_at: Instant | None = None


class SceneText(BaseModel):
    """What a version says in free words."""

    n: int
    by: str
    text: str


class SceneTexts(BaseModel):
    """The free words of every version, oldest first."""

    texts: list[SceneText]
