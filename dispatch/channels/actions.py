"""Writes of messages: queued, tried, sent, and what the gateway tells of them.

Lock order: incident, offer, message.
"""

from datetime import date, datetime, timedelta

from dispatch.assignments import actions as assignments
from dispatch.assignments import queries as offers
from dispatch.assignments.offer import OFFER, OfferAct, OfferStatus
from dispatch.assignments.queries import OFFER_BY_ID
from dispatch.channels import queries
from dispatch.channels.message import (
    MESSAGE,
    MOST_TRIES,
    YES,
    Failure,
    MessageAct,
    MessageStatus,
    wait_after,
)
from dispatch.channels.queries import Letter
from dispatch.incidents.events import stream
from kit import journal
from kit.db import Connection
from kit.identity import SMS, SYSTEM

DECLINED_BY_MESSAGE = "other"


async def queue(conn: Connection, offer_id: int, *, now: datetime, by: str) -> None:
    """Queue a message about an open offer, once. Raises IllegalTransition when it is over."""
    offer = await offers.lock(conn, "offer", offer_id)
    OFFER.after(OfferStatus(offer["status"]), OfferAct.ACCEPT)
    cursor = await conn.execute(
        """INSERT INTO message (offer_id, channel, queued_at, queued_by, next_try_at, changed_at)
           VALUES (%(offer)s, %(channel)s, %(now)s, %(by)s, %(now)s, %(now)s)
           ON CONFLICT DO NOTHING RETURNING id""",
        {"offer": offer_id, "channel": SMS, "now": now, "by": by},
    )
    if await cursor.fetchone():
        await _tell(conn, offer_id, MessageStatus.QUEUED, now, by)


async def queue_silent(conn: Connection, now: datetime, day: date) -> bool:
    """Queue a message for one offer that gives no sign; False when there is none."""
    found = await queries.silent(conn, SMS, now, day)
    if found:
        await queue(conn, found[0], now=now, by=SYSTEM)
    return bool(found)


async def next_to_send(conn: Connection, now: datetime, within: timedelta) -> Letter | None:
    """Take the next message whose turn it is, count the try; it ends ``within`` this.

    So nobody else sends it meanwhile, and a process that dies while it sends leaves it to be tried
    again, under the same key.
    """
    cursor = await conn.execute(
        """SELECT id, tries FROM message WHERE status = 'queued' AND next_try_at <= %s
           ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED""",
        (now,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    tries = row["tries"] + 1
    await conn.execute(
        "UPDATE message SET tries = %s, next_try_at = %s WHERE id = %s",
        (tries, now + within + wait_after(tries), row["id"]),
    )
    return await queries.letter(conn, row["id"], now)


async def tried(
    conn: Connection, letter: Letter, failure: Failure | None, *, now: datetime
) -> None:
    """Take note of a try: sent, failed for good, or to be tried again."""
    if failure is Failure.UNREACHABLE and letter.tries < MOST_TRIES:
        next_try_at = now + wait_after(letter.tries)
        await conn.execute(
            "UPDATE message SET next_try_at = %s WHERE id = %s", (next_try_at, letter.message_id)
        )
        return
    act = MessageAct.FAIL if failure else MessageAct.SEND
    await _move(conn, letter.offer_id, letter.message_id, act, now=now, by=SYSTEM, failure=failure)


async def told(
    conn: Connection, key: str, act: MessageAct, answer: str | None, *, now: datetime
) -> None:
    """Do what the gateway tells: delivered, failed or answered; an answer is the crew's.

    A receipt that comes again or late is no news. Raises NotFound, IllegalTransition when the
    offer is over or the message cannot do that.
    """
    message = await queries.find(conn, key)
    offer_id, failure = message["offer_id"], None
    if act is MessageAct.ANSWER and answer == YES:
        await assignments.accept(conn, offer_id, now=now, device_at=None, by=SMS)
    elif act is MessageAct.ANSWER:
        await assignments.end_offer(
            conn, offer_id, OfferAct.DECLINE, now=now, by=SMS, reason=DECLINED_BY_MESSAGE
        )
    elif act is MessageAct.FAIL:
        failure = Failure.UNDELIVERED
    await _move(conn, offer_id, message["id"], act, now=now, by=SMS, failure=failure, answer=answer)


async def _move(
    conn: Connection,
    offer_id: int,
    message_id: int,
    act: MessageAct,
    *,
    now: datetime,
    by: str,
    failure: Failure | None = None,
    answer: str | None = None,
) -> None:
    await offers.lock(conn, "offer", offer_id)
    cursor = await conn.execute(
        "SELECT status FROM message WHERE id = %s FOR UPDATE", (message_id,)
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - messages are never deleted
    if by == SYSTEM and row["status"] != MessageStatus.QUEUED:
        return  # The gateway told what became of it before it answered.
    status = MESSAGE.after(MessageStatus(row["status"]), act)
    if status == row["status"]:
        return
    await conn.execute(
        """UPDATE message SET status = %s, changed_at = %s, failure = %s,
             answer = coalesce(%s, answer) WHERE id = %s""",
        (status.value, now, failure, answer, message_id),
    )
    await _tell(conn, offer_id, status, now, by)


async def _tell(
    conn: Connection, offer_id: int, status: MessageStatus, now: datetime, by: str
) -> None:
    """Show the desk at the offer where its message stands."""
    cursor = await conn.execute(
        "UPDATE offer SET sms = %s WHERE id = %s RETURNING incident_id", (status.value, offer_id)
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - the offer is locked, so its row exists
    views, params = {"offer": OFFER_BY_ID}, {"offer_id": offer_id}
    reason = {"reason": f"sms_{status.value}"}
    entry = journal.Entry(
        "offer_messaged", stream(row["incident_id"]), now, by, views, params, reason
    )
    await journal.append(conn, entry)
