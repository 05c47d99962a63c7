"""Tables of incidents; what identifies a person or a place stands apart."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.incidents.incident import IncidentStatus
from fleet.units.models import domain
from kit.tables import Base

Instant = DateTime(timezone=True)


class IncidentRow(Base):
    """An incident: the part that facts may carry. The area is coarse.

    ``on_offer`` is true while an offer of it is open: claims look at this row alone.
    ``merged_into`` is the incident that this one, closed as its duplicate, goes on in.
    ``owner`` is the dispatcher who answers for it, ``handing_to`` whom it is offered to. It
    is sent to the desk ``transfer_to``, and is that of ``owner_desk`` once received there.
    Refusals since ``round_at`` keep a unit out of the next offer of the same round.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("answered_at >= rang_at AND opened_at >= answered_at", name="instants"),
        # Neither names the status: a change of what an index names makes a new entry in each.
        Index("incident_live_ix", "id", postgresql_where=text("closed_at IS NULL")),
        Index("incident_seeking_ix", "id", postgresql_where=text("seeking")),
        Index(
            "incident_merged_ix", "merged_into", postgresql_where=text("merged_into IS NOT NULL")
        ),
        CheckConstraint("merged_into IS NULL OR closed_at IS NOT NULL", name="merged"),
        CheckConstraint(
            "owner_desk IS NULL OR closed_at IS NOT NULL AND owner_desk = transfer_to",
            name="owner_desk",
        ),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    status: Mapped[IncidentStatus] = mapped_column(
        domain(IncidentStatus, "incident_status"), server_default="waiting"
    )
    status_at: Mapped[datetime] = mapped_column(Instant)
    group_code: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(SmallInteger)
    county_code: Mapped[str | None] = mapped_column(Text)
    owner_county_code: Mapped[str] = mapped_column(Text)
    outside: Mapped[bool] = mapped_column(server_default=text("false"))
    area_lat: Mapped[float]
    area_lon: Mapped[float]
    area_radius_m: Mapped[float]
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    suggested_priority: Mapped[int | None] = mapped_column(SmallInteger)
    prompts: Mapped[Any] = mapped_column(JSONB, server_default=text("'[]'"))
    seeking: Mapped[bool] = mapped_column(server_default=text("false"))
    on_offer: Mapped[bool] = mapped_column(server_default=text("false"))
    attention: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    handing_to: Mapped[str | None] = mapped_column(Text)
    transfer_to: Mapped[str | None] = mapped_column(Text)
    owner_desk: Mapped[str | None] = mapped_column(Text)
    rang_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant, index=True)
    prioritised_at: Mapped[datetime | None] = mapped_column(Instant)
    round_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))


class IncidentPrivateRow(Base):
    """Who and exactly where: read case by case by those who need it, each read audited."""

    __tablename__ = "incident_private"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    place: Mapped[Any] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    uncertainty_m: Mapped[float | None]
    address: Mapped[str | None] = mapped_column(Text)
    narrative: Mapped[str | None] = mapped_column(Text)
    caller_name: Mapped[str | None] = mapped_column(Text)
    caller_phone: Mapped[str | None] = mapped_column(Text)
    closing_note: Mapped[str | None] = mapped_column(Text)


class IncidentNoteRow(Base):
    """What somebody wrote beside a reason's code: private, and read with the private part.

    ``about`` is the kind of the fact that it goes with.
    """

    __tablename__ = "incident_note"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class PrivateReadRow(Base):
    """Who read an incident's private part, and when; ``part`` says which, as ``hand_over/3``."""

    __tablename__ = "private_read"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    by_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    part: Mapped[str] = mapped_column(Text, server_default="incident")
