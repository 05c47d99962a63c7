"""Tables of offers and assignments, with what must never be."""

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.assignments.offer import OfferStatus
from fleet.units.models import domain
from kit.tables import Base

Instant = DateTime(timezone=True)
OPEN = text("status = 'open'")
LIVE = text("cleared_at IS NULL AND cancelled_at IS NULL")


class OfferRow(Base):
    """An incident offered to a unit; one open offer a unit, and one an incident.

    ``delivered_at`` is when the crew's device had it, ``seen_at`` when it was shown to a person.
    """

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_one_open_per_unit", "unit_id", unique=True, postgresql_where=OPEN),
        Index("offer_one_open_per_incident", "incident_id", unique=True, postgresql_where=OPEN),
        Index("offer_due_ix", "expires_at", postgresql_where=OPEN),
        Index(None, "incident_id"),
        CheckConstraint("(status = 'open') = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendation.id"))
    status: Mapped[OfferStatus] = mapped_column(
        domain(OfferStatus, "offer_status"), server_default="open"
    )
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_device_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Text)
    eta_s: Mapped[float | None]
    backup: Mapped[bool] = mapped_column(server_default=text("false"))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_device_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_device_at: Mapped[datetime | None] = mapped_column(Instant)
    sms: Mapped[str | None] = mapped_column(Text)


class AssignmentRow(Base):
    """A unit sent to an incident: instants by the server's clock and by the device's.

    ``suggested`` are the milestones that the unit's way suggests now, ``confirmed`` those that the
    crew reported by taking a suggestion up and ``dismissed`` those that it would not have.
    ``sought`` tells that the incident was seeking a unit when this one accepted; ``diverted_to`` is
    the more urgent incident that took it away.
    ``check_in_due_at`` is when the crew must next say that it is well; ``check_in_every_s`` how
    often, when a dispatcher has said.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("assignment_one_live_per_unit", "unit_id", unique=True, postgresql_where=LIVE),
        Index(None, "incident_id"),
        Index(None, "unit_id", "dispatched_at"),
        CheckConstraint("cleared_at IS NULL OR cancelled_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendation.id"))
    dispatched_by: Mapped[str] = mapped_column(Text)
    eta_s: Mapped[float | None]
    dispatched_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_device_at: Mapped[datetime | None] = mapped_column(Instant)
    en_route_at: Mapped[datetime | None] = mapped_column(Instant)
    en_route_device_at: Mapped[datetime | None] = mapped_column(Instant)
    on_scene_at: Mapped[datetime | None] = mapped_column(Instant)
    on_scene_device_at: Mapped[datetime | None] = mapped_column(Instant)
    contact_at: Mapped[datetime | None] = mapped_column(Instant)
    contact_device_at: Mapped[datetime | None] = mapped_column(Instant)
    transporting_at: Mapped[datetime | None] = mapped_column(Instant)
    transporting_device_at: Mapped[datetime | None] = mapped_column(Instant)
    at_destination_at: Mapped[datetime | None] = mapped_column(Instant)
    at_destination_device_at: Mapped[datetime | None] = mapped_column(Instant)
    handed_over_at: Mapped[datetime | None] = mapped_column(Instant)
    handed_over_device_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_device_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    sought: Mapped[bool] = mapped_column(server_default=text("false"))
    diverted_to: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    suggested: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    confirmed: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    dismissed: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    check_in_due_at: Mapped[datetime | None] = mapped_column(Instant)
    check_in_every_s: Mapped[int | None] = mapped_column(INTEGER)
