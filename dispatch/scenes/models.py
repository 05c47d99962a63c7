"""Tables of scene reports: versions are written once and never changed."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.scenes.scene import SceneAct
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class SceneVersionRow(Base):
    """One version of an assignment's scene report: who kept what, and when by both clocks."""

    __tablename__ = "scene_version"
    __table_args__ = (
        Index("scene_version_assignment_id_n_key", "assignment_id", "n", unique=True),
        CheckConstraint("(act = 'correct') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("children >= 0", name="children"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    n: Mapped[int] = mapped_column(INTEGER)
    act: Mapped[SceneAct] = mapped_column(words(SceneAct, "act"))
    kept_at: Mapped[datetime] = mapped_column(Instant)
    device_at: Mapped[datetime | None] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(Text)
    found: Mapped[str | None] = mapped_column(Text)
    risk: Mapped[str | None] = mapped_column(Text)
    harm: Mapped[str | None] = mapped_column(Text)
    actions: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    children: Mapped[int | None] = mapped_column(INTEGER)
    reason: Mapped[str | None] = mapped_column(Text)


class SceneTextRow(Base):
    """What a version says in free words. Each read is audited."""

    __tablename__ = "scene_text"

    version_id: Mapped[int] = mapped_column(ForeignKey("scene_version.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
