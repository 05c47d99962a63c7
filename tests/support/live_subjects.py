"""The tables of states of broadcasts and of relays to partners."""

from datetime import timedelta
from typing import Any

import httpx2

from dispatch.broadcasts.broadcast import BROADCAST, BroadcastAct, BroadcastStatus
from dispatch.partners.relay import RELAY, RelayAct, RelayStatus
from kit.clock import now
from tests.support.partners import SECRET, StubPartner
from tests.support.things import new_incident
from tests.support.transitions import Code, Door, Ground, Subject, Thing

POLICE = StubPartner("police_110")
PARTNERS = {POLICE.name: {"url": "http://127.0.0.1:9/", "secret": SECRET, "channel": "110"}}
SAID = {
    "kind": "other",
    "text": "x",
    "circle": {"lat": 34.1, "lon": 49.7, "radius_m": 1000},
    "ends_at": (now() + timedelta(hours=12)).isoformat(),
}


class PartnerDoor(Door):
    """What a partner answers, signed."""

    async def ask(self, ground: Ground, thing: Thing) -> httpx2.Response:
        """Answer to the relay."""
        return await POLICE.say(ground.server.base, "answers", key=thing["key"], event=self.event)


async def broadcast(ground: Ground, state: BroadcastStatus, _: Any = None) -> Thing:
    """Return a broadcast in a state."""
    made = await ground.post("/broadcasts", **SAID)
    if state is BroadcastStatus.WITHDRAWN:
        reason = Code("broadcast_withdraw_reason")
        await ground.post(f"/broadcasts/{made['id']}/withdraw", reason=reason)
    elif state is BroadcastStatus.EXPIRED:
        await ground.server.sql(
            """UPDATE broadcast SET status = 'expired', ended_at = now(), ended_by = 'system'
               WHERE id = %s""",
            made["id"],
        )
    return {"broadcast_id": made["id"]}


async def relay(ground: Ground, state: RelayStatus, _: Any = None) -> Thing:
    """Return a relay in a state; it is not tried again."""
    rows = await ground.server.sql(
        """INSERT INTO relay (incident_id, partner, status, queued_at, queued_by, next_try_at,
             changed_at)
           VALUES (%s, %s, %s, now(), 'x', now() + interval '1 day', now())
           RETURNING id, key::text""",
        *(await new_incident(ground), POLICE.name, state.value),
    )
    return {"relay_id": rows[0][0], "key": rows[0][1]}


LIVE = (
    Subject(
        BROADCAST,
        broadcast,
        (
            Door((BroadcastAct.CHANGE,), "/broadcasts/{broadcast_id}/change", SAID),
            Door(
                (BroadcastAct.WITHDRAW,),
                "/broadcasts/{broadcast_id}/withdraw",
                {"reason": Code("broadcast_withdraw_reason")},
            ),
        ),
        ("broadcast", "broadcast_id"),
        {BroadcastAct.EXPIRE: "the clock: tests/journeys/test_broadcasts.py"},
    ),
    Subject(
        RELAY,
        relay,
        (
            PartnerDoor((RelayAct.ACKNOWLEDGE,), event="acknowledged"),
            PartnerDoor((RelayAct.REFUSE,), event="refused"),
            Door((RelayAct.GIVE_UP,), "/relays/{relay_id}/give-up"),
        ),
        ("relay", "relay_id"),
        {
            RelayAct.SEND: "the clock: tests/journeys/test_partners.py",
            RelayAct.FAIL: "the clock: tests/journeys/test_partners.py",
        },
    ),
)
