"""A scene report is a draft until it is submitted, once; after that it is only corrected."""

from enum import StrEnum

from kit.states import Table


class SceneStatus(StrEnum):
    """Where a scene report stands; one that nobody has begun is a draft too."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class SceneAct(StrEnum):
    """What can be done to a scene report; each keeps a version."""

    SAVE = "save"
    SUBMIT = "submit"
    CORRECT = "correct"


SCENE = Table(
    "scene report",
    {
        (SceneStatus.DRAFT, SceneAct.SAVE): SceneStatus.DRAFT,
        (SceneStatus.DRAFT, SceneAct.SUBMIT): SceneStatus.SUBMITTED,
        (SceneStatus.SUBMITTED, SceneAct.CORRECT): SceneStatus.SUBMITTED,
    },
)

NEEDED = ("found", "risk")
"""The fields without which a report is not submitted."""

FACTS = {SceneAct.SUBMIT: "scene_report_submitted", SceneAct.CORRECT: "scene_report_corrected"}
"""The fact by which an act is told; a draft is no news."""
