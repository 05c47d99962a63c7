"""Writes of dispatching: offer, assign, accept, end an offer.

Lock order everywhere: incident, then offer or assignment, then unit.
"""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

import psycopg
from msgspec import Raw, Struct, json
from psycopg.pq import TransactionStatus

from dispatch.assignments import claims, events, queries, standing
from dispatch.assignments.offer import OFFER, OfferAct, OfferStatus, SystemReason
from dispatch.incidents import actions as incidents
from dispatch.incidents import events as incident_events
from dispatch.incidents.incident import IncidentAct
from dispatch.recommendations import queries as recommendations
from fleet.units import actions as units
from fleet.units.unit import UnitAct
from geo.rules import no_rule
from kit.db import Connection
from kit.errors import Conflict, explain_constraint
from kit.idempotency import Once, check_new
from kit.journal import Row

NOT_KEPT = Once()
explain_constraint(
    "offer_one_open_per_unit", "unit_has_open_offer", "the unit has an open offer already"
)
explain_constraint(
    "offer_one_open_per_incident",
    "incident_has_open_offer",
    standing.ON_OFFER,
)
explain_constraint(
    "assignment_one_live_per_unit", "unit_taken", "the unit is on an incident already"
)


@dataclass(frozen=True)
class Claim:
    """Who wants which unit for which incident, and on what ground."""

    incident_id: int
    unit_id: int
    by: str
    recommendation_id: int | None = None
    backup: bool = False
    reason: str | None = None


async def offer(
    conn: Connection,
    claim: Claim,
    *,
    now: datetime,
    go_on: bool,
    expires_at: datetime | None = None,
    day: date | None = None,
    once: Once = NOT_KEPT,
) -> str:
    """Offer the incident to the unit; return the OfferView. Raises Conflict when not possible.

    It is open until ``expires_at`` or, when that is None, for as long as the rule of ``day`` says.
    One statement: needs no transaction around it. Raises Done when ``once`` was done before.
    """
    extra = {
        "kind": "offer_made",
        "expires_at": expires_at,
        "day": day,
        "go_on": go_on,
        "reason": claim.reason,
    }
    try:
        view = await _claim(conn, claims.offer_sql, claim, now, once, extra)
    except psycopg.errors.NotNullViolation as error:
        if error.diag.column_name != "expires_at":
            raise
        raise no_rule(["offer_expiry_s"]) from error
    if view is None:
        await check_new(conn, once)
        await _refuse(conn, claim, UnitAct.OFFER)
    return view


async def assign(conn: Connection, claim: Claim, *, now: datetime, once: Once = NOT_KEPT) -> str:
    """Assign the unit outright; return the AssignmentView. An open offer is withdrawn first.

    Needs no transaction around it. Raises Conflict; Done when ``once`` was done before.
    """
    extra = {"kind": "unit_assigned", "reason": claim.reason}
    view = await _claim(conn, claims.assign_sql, claim, now, once, extra)
    if view is not None:
        return view
    await check_new(conn, once)
    known = await queries.standing(conn, claim.incident_id, claim.unit_id)
    if not known["on_offer"]:
        await _refuse(conn, claim, UnitAct.ASSIGN, known)
    async with conn.transaction():
        await queries.lock_wanted(conn, claim.incident_id, claim.unit_id)
        reason = SystemReason.ASSIGNED
        await withdraw_open(conn, claim.incident_id, now=now, by=claim.by, reason=reason)
        view = await _claim(conn, claims.assign_sql, claim, now, once, extra)
        if view is None:
            await _refuse(conn, claim, UnitAct.ASSIGN)
        return view


async def _claim(
    conn: Connection,
    sql: Callable[..., str],
    claim: Claim,
    now: datetime,
    once: Once,
    extra: Mapping[str, object],
) -> str | None:
    """Try the claim; None when something stands in its way, and then nothing was changed.

    Raises Conflict ``unit_taken`` when it looked free and went to somebody else meanwhile.
    """
    statement = sql(ranked=claim.recommendation_id is not None, keeps=once.key is not None)
    stream = incident_events.stream(claim.incident_id)
    given = {**vars(claim), **once.params, "at": now, "stream": stream, **extra}
    in_transaction = conn.info.transaction_status is TransactionStatus.INTRANS
    try:
        async with conn.transaction() if in_transaction else nullcontext():
            made = await (await conn.execute(statement, given)).fetchone()
    except psycopg.errors.NotNullViolation as error:
        if error.diag.column_name != "unit_id":
            raise
        await check_new(conn, once)
        raise Conflict("the unit was taken in the same moment", code="unit_taken") from None
    if made is None:
        return None
    if not in_transaction:
        conn.fact = Row(at=now, kind=str(extra["kind"]), stream=stream, by=claim.by, **made)
    return _view(made["body"])


class _Body(Struct):
    """The part of a claim's fact that it answers with, as it stands there."""

    offer: Raw = Raw(b"")
    assignment: Raw = Raw(b"")


def _view(body: str) -> str:
    found = json.decode(body, type=_Body)
    return (bytes(found.offer) or bytes(found.assignment)).decode()


async def _refuse(
    conn: Connection, claim: Claim, act: UnitAct, known: dict[str, Any] | None = None
) -> NoReturn:
    """Say why a claim found no row. Raises NotFound, IllegalTransition, Conflict, Invalid.

    Locks nothing: who goes past a unit to the next must not keep others from it.
    """
    known = known or await queries.standing(conn, claim.incident_id, claim.unit_id)
    standing.check_incident(known["incident"], on_offer=known["on_offer"], backup=claim.backup)
    standing.check_unit(known["code"], known["unit"], act)
    if claim.recommendation_id is not None:
        await recommendations.check(conn, claim.recommendation_id, claim.incident_id)
    raise Conflict("it changed in the same moment; try again", code="changed")


async def accept(
    conn: Connection, offer_id: int, *, now: datetime, device_at: datetime | None, by: str
) -> int:
    """Accept an offer in time: the unit is dispatched; return the assignment's id."""
    row = await queries.lock(conn, "offer", offer_id)
    status = OFFER.after(OfferStatus(row["status"]), OfferAct.ACCEPT)
    if row["expires_at"] <= now:
        raise OFFER.illegal(OfferStatus.EXPIRED, OfferAct.ACCEPT)
    await queries.check_wanted(conn, row["incident_id"], backup=row["backup"])
    await _answer(conn, row, status, now, device_at, None)
    await incidents.move(conn, row["incident_id"], IncidentAct.RESPOND, now)
    await units.change(conn, row["unit_id"], UnitAct.ACCEPT, now)
    assignment_id = await _dispatch(conn, offer_id, now, device_at)
    await incidents.stop_seeking(conn, row["incident_id"])
    await events.record(
        conn,
        "offer_accepted",
        row["incident_id"],
        at=now,
        by=by,
        unit_id=row["unit_id"],
        offer_id=offer_id,
        assignment_id=assignment_id,
    )
    return assignment_id


async def _dispatch(
    conn: Connection, offer_id: int, now: datetime, device_at: datetime | None
) -> int:
    """Make the assignment of an accepted offer; accepting acknowledges it."""
    cursor = await conn.execute(
        """INSERT INTO assignment (incident_id, unit_id, offer_id, recommendation_id, eta_s,
             dispatched_by, dispatched_at, acknowledged_at, acknowledged_device_at, sought)
           SELECT o.incident_id, o.unit_id, o.id, o.recommendation_id, o.eta_s, o.made_by, %(now)s,
             %(now)s, %(device_at)s, i.seeking
           FROM offer o JOIN incident i ON i.id = o.incident_id
           WHERE o.id = %(offer_id)s RETURNING id""",
        {"now": now, "device_at": device_at, "offer_id": offer_id},
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - the offer is locked, so its row exists
    return int(row["id"])


async def _answer(
    conn: Connection,
    offer: dict[str, Any],
    status: OfferStatus,
    now: datetime,
    device_at: datetime | None,
    reason: str | None,
) -> None:
    await conn.execute(
        """UPDATE offer SET status = %s, answered_at = %s, answered_device_at = %s, reason = %s
           WHERE id = %s""",
        (status.value, now, device_at, reason, offer["id"]),
    )
    await incidents.end_offer(conn, offer["incident_id"])


_ENDED = {
    OfferAct.DECLINE: "offer_declined",
    OfferAct.EXPIRE: "offer_expired",
    OfferAct.WITHDRAW: "offer_withdrawn",
}


async def end_offer(
    conn: Connection,
    offer_id: int,
    act: OfferAct,
    *,
    now: datetime,
    by: str,
    reason: str | None,
    device_at: datetime | None = None,
) -> None:
    """Decline, expire or withdraw an open offer for a ``reason`` (code): its unit is free again."""
    row = await queries.lock(conn, "offer", offer_id)
    status = OFFER.after(OfferStatus(row["status"]), act)
    await _answer(conn, row, status, now, device_at, reason)
    await units.change(conn, row["unit_id"], UnitAct.RELEASE, now)
    if act is OfferAct.WITHDRAW:
        await incidents.stop_seeking(conn, row["incident_id"])
    await events.record(
        conn,
        _ENDED[act],
        row["incident_id"],
        at=now,
        by=by,
        reason=reason,
        unit_id=row["unit_id"],
        offer_id=offer_id,
    )


async def withdraw_open(
    conn: Connection, incident_id: int, *, now: datetime, by: str, reason: str
) -> None:
    """Withdraw the incident's open offer, if it has one."""
    cursor = await conn.execute(
        "SELECT id FROM offer WHERE incident_id = %s AND status = 'open'", (incident_id,)
    )
    for row in await cursor.fetchall():
        await end_offer(conn, row["id"], OfferAct.WITHDRAW, now=now, by=by, reason=reason)
