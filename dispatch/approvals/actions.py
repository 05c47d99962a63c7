"""Writes of four eyes: asked, decided by another, carried out exactly once. Incident first.

The act is carried out in the transaction of the decision, in the name of the one who asked. When
the incident does not allow it any more, the decision is refused with it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dispatch.approvals import events, queries
from dispatch.approvals.approval import (
    APPROVAL,
    FACTS,
    OWN,
    ApprovalAct,
    ApprovalStatus,
    SensitiveAct,
    rule_of,
)
from dispatch.closing import actions as closing
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import INCIDENT, IncidentAct
from dispatch.links import actions as links
from dispatch.transfers import actions as transfers
from kit.db import Connection
from kit.errors import Conflict, Forbidden
from kit.identity import SYSTEM, Actor

_INCIDENT_ACTS = {
    SensitiveAct.TRANSFER: IncidentAct.TRANSFER,
    SensitiveAct.UNMERGE: IncidentAct.UNMERGE,
    SensitiveAct.PRIORITY_LOWERED: IncidentAct.PRIORITISE,
    SensitiveAct.CLOSE_WITHOUT_VISIT: IncidentAct.CLOSE,
}


@dataclass(frozen=True)
class Asked:
    """What somebody asks a second person for."""

    incident_id: int
    act: SensitiveAct
    reason: str
    value: str | None = None
    act_reason: str | None = None


async def ask(conn: Connection, asked: Asked, *, now: datetime, day: date, by: str) -> int:
    """Ask for a second person; return the request's id.

    Raises IllegalTransition when the incident does not allow the act, Conflict ``not_sensitive``
    or ``approval_pending``.
    """
    status, _ = await incident_queries.lock(conn, asked.incident_id)
    INCIDENT.after(status, _INCIDENT_ACTS[asked.act])
    rule = rule_of(await queries.sensitive(conn, day), asked.act)
    cursor = await conn.execute(
        """INSERT INTO approval (incident_id, act, value, act_reason, reason, asked_at, asked_by,
             expires_at)
           VALUES (%(incident_id)s, %(act)s, %(value)s, %(act_reason)s, %(reason)s, %(now)s,
             %(by)s, %(expires_at)s) RETURNING id""",
        {
            **vars(asked),
            "act": asked.act.value,
            "now": now,
            "by": by,
            "expires_at": now + timedelta(seconds=rule.within_s),
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await events.record(
        conn, "approval_asked", asked.incident_id, row["id"], at=now, by=by, reason=asked.reason
    )
    return int(row["id"])


async def decide(
    conn: Connection,
    approval_id: int,
    act: ApprovalAct,
    *,
    now: datetime,
    day: date,
    by: Actor,
    reason: str | None = None,
) -> None:
    """Approve, refuse, withdraw, go alone, review or object, for a ``reason`` (code).

    Raises IllegalTransition, also when its time is over; Forbidden for one who may not.
    """
    row = await queries.lock(conn, approval_id)
    after = APPROVAL.after(ApprovalStatus(row["status"]), act)
    if row["status"] == ApprovalStatus.PENDING and row["expires_at"] <= now:
        raise APPROVAL.illegal(ApprovalStatus.EXPIRED, act)
    await _check_may(conn, row, act, day, by)
    if act in {ApprovalAct.APPROVE, ApprovalAct.GO_ALONE}:
        await _carry_out(conn, row, now, day)
    await _store(conn, row, after, act, now, by.name, reason)


async def expire_one(conn: Connection, now: datetime) -> bool:
    """End one request whose time is over; tell whether there was any."""
    row = await queries.next_expired(conn, now)
    if row is None:
        return False
    after = APPROVAL.after(ApprovalStatus(row["status"]), ApprovalAct.EXPIRE)
    await _store(conn, row, after, ApprovalAct.EXPIRE, now, SYSTEM, None)
    return True


async def _check_may(
    conn: Connection, row: dict[str, Any], act: ApprovalAct, day: date, by: Actor
) -> None:
    """Refuse one's own eyes as the second pair, and the wrong role. Raises Forbidden, Conflict."""
    if (by.name == row["asked_by"]) is not (act in OWN):
        who = f"{row['asked_by']} alone" if act in OWN else f"another person than {by.name}"
        raise Forbidden(f"it takes {who} to {act.value.replace('_', ' ')}")
    rule = (await queries.sensitive(conn, day)).get(SensitiveAct(row["act"]))
    if act is ApprovalAct.GO_ALONE and rule is not None and not rule.alone:
        raise Conflict("nobody does this alone: wait for a second person", code="not_alone")
    if act not in OWN and rule is not None and by.role not in rule.roles:
        raise Forbidden(f"the second person is a {' or '.join(rule.roles)}; you are {by.role}")


async def _store(
    conn: Connection,
    row: dict[str, Any],
    status: ApprovalStatus,
    act: ApprovalAct,
    now: datetime,
    by: str,
    reason: str | None,
) -> None:
    alone = act is ApprovalAct.GO_ALONE
    second = None if act in OWN else by
    await conn.execute(
        f"""UPDATE approval SET status = %s, {"alone" if alone else "decided"}_at = %s,
              {"alone" if alone else "decision"}_reason = %s,
              decided_by = coalesce(%s, decided_by) WHERE id = %s""",
        (status.value, now, reason, second, row["id"]),
    )
    await events.record(
        conn, FACTS[act], row["incident_id"], row["id"], at=now, by=by, reason=reason
    )


async def _carry_out(conn: Connection, row: dict[str, Any], now: datetime, day: date) -> None:
    """Do what was asked for, in the name of the one who asked."""
    incident_id, by, value = row["incident_id"], row["asked_by"], row["value"]
    match SensitiveAct(row["act"]):
        case SensitiveAct.TRANSFER:
            await transfers.send(
                conn, incident_id, value, reason=row["act_reason"], now=now, day=day, by=by
            )
        case SensitiveAct.UNMERGE:
            await links.unmerge(conn, incident_id, now=now, by=by)
        case SensitiveAct.PRIORITY_LOWERED:
            await incidents.prioritise(
                conn, incident_id, int(value), now=now, by=by, reason=row["act_reason"]
            )
        case SensitiveAct.CLOSE_WITHOUT_VISIT:
            closed = closing.Closing(value, why_no_follow_up=row["act_reason"])
            await closing.close(conn, incident_id, closed, now=now, day=day, by=by)
