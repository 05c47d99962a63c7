"""Offer to the best unit; when it declines or stays silent, to the next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dispatch.assignments import actions as assignments
from dispatch.assignments.actions import Claim
from dispatch.assignments.offer import OfferAct, SystemReason
from dispatch.assignments.queries import lock_to_offer
from dispatch.incidents import actions as incidents
from dispatch.incidents import events
from dispatch.recommendations.actions import recommend
from dispatch.seeking import queries
from geo import queries as ground
from kit.db import Connection
from kit.errors import Conflict
from kit.identity import SYSTEM

PASSED_BY = {"unit_taken", "changed"}


class NoUnit(Conflict):
    """Nobody is available and fit (409)."""

    code = "no_unit"


@dataclass(frozen=True)
class Search:
    """Who seeks a unit for what, and whether to go on when one refuses."""

    incident_id: int
    by: str
    backup: bool = False
    go_on: bool = True


async def expiry(conn: Connection, now: datetime, day: date) -> datetime:
    """Return when an offer made now expires, by the rule of the day."""
    rules = await ground.rules_on(conn, day)
    return now + timedelta(seconds=rules.offer_expiry_s)


async def offer_best(conn: Connection, search: Search, *, now: datetime, day: date) -> str:
    """Offer to the best fit unit, past those that others take meanwhile; return the OfferView.

    Raises Conflict when the incident, which stays locked, takes no unit. Raises NoUnit when nobody
    is left; what was done until then is worth keeping: the ranking with its reasons, ``give_up``.
    """
    await lock_to_offer(conn, search.incident_id, backup=search.backup)
    await incidents.begin_round(conn, search.incident_id, now)
    found = await recommend(conn, search.incident_id, now=now, day=day, by=search.by)
    expires_at = await expiry(conn, now, day)
    for unit in found.ranking.ranked:
        claim = Claim(search.incident_id, unit.unit_id, search.by, found.id, search.backup)
        try:
            return await assignments.offer(
                conn, claim, now=now, expires_at=expires_at, go_on=search.go_on
            )
        except Conflict as refusal:
            if refusal.code not in PASSED_BY:
                raise
    raise NoUnit("no unit is available and fit for this incident", recommendation_id=found.id)


async def expire_one(conn: Connection, now: datetime) -> bool:
    """Expire one offer whose time is over; False when none is due."""
    offer_id = await queries.lock_due_offer(conn, now)
    if offer_id is None:
        return False
    if await queries.still_open(conn, offer_id):
        await assignments.end_offer(
            conn, offer_id, OfferAct.EXPIRE, now=now, by=SYSTEM, reason=SystemReason.NO_ANSWER
        )
    return True


async def go_on_one(conn: Connection, now: datetime, day: date) -> bool:
    """Offer one seeking incident to its next unit, or say that none is left; False if none seeks.

    An incident without a next unit asks for a person: ``attention`` is ``no_unit``.
    """
    incident_id = await queries.lock_seeking(conn)
    if incident_id is None:
        return False
    if await queries.may_seek(conn, incident_id):
        await _next(conn, incident_id, now, day)
    return True


async def _next(conn: Connection, incident_id: int, now: datetime, day: date) -> None:
    backup = await queries.is_responding(conn, incident_id)
    try:
        await offer_best(conn, Search(incident_id, SYSTEM, backup), now=now, day=day)
    except NoUnit:
        await give_up(conn, incident_id, now=now, by=SYSTEM)


async def give_up(conn: Connection, incident_id: int, *, now: datetime, by: str) -> None:
    """Ask for a person: no unit is left to offer the incident to."""
    await incidents.stop_seeking(conn, incident_id, attention="no_unit")
    await events.record(conn, "offers_exhausted", incident_id, at=now, by=by)
