"""The demo dispatcher: takes demo calls, offers them to the best unit, closes what is cleared.

Works its own incidents only, so a person can work beside it. What it must do is read from its
board at each tick; it needs no memory and survives restarts of the server and of itself.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from dispatch.incidents.view import IncidentView
from geo.sheet import SettlementRow
from kit.clock import now
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from server.clients.link import GONE
from server.demo import calls, habits
from server.demo.accounts import SignIn
from server.demo.back import back
from server.demo.habits import DeskAct, Pace, Pause, Timer

LOOK_AGAIN_S = 20.0
MOST_LIVE = 60


class Dispatcher:
    """The demo's one dispatcher. ``leave_share`` of its incidents are left to a person."""

    def __init__(
        self,
        base: str,
        sign_in: SignIn,
        settlements: Sequence[SettlementRow],
        *,
        rate_per_h: float,
        leave_share: float,
        pace: Pace,
        seed: int,
    ) -> None:
        self.desk = Desk(base)
        self.sign_in = sign_in
        self.settlements = settlements
        self.rate_per_h = rate_per_h
        self.leave_share = leave_share
        self.pace = pace
        self.seed = seed
        self.rng = habits.draws(seed, 0)
        self.groups: list[str] = []
        self.next_call_at = now()
        self.timers: dict[tuple[int, DeskAct], Timer] = {}

    async def start(self) -> None:
        """Sign in and read the board."""
        await self.desk.sign_in(self.sign_in.name, self.sign_in.password)
        await self.desk.connect()
        codes = await self.desk.api.get("/codes")
        self.groups = [group["code"] for group in codes["target_group"]]

    async def run(self) -> None:
        """Work for ever; wait for a server that is away. Ends when it is not let in any more."""
        while True:
            try:
                while True:
                    await self._tick(now())
                    await asyncio.sleep(self.pace.tick_s)
            except GONE:
                await self.desk.unlink()
            if not await back(self.desk, self.sign_in):
                return

    async def _tick(self, at: datetime) -> None:
        self._listen()
        for incident in list(self.desk.board.incidents.values()):
            await self._look_at(incident, at)
        if at >= self.next_call_at:
            wait_s = calls.wait_s(self.rate_per_h, self.rng)
            self.next_call_at = at + timedelta(seconds=wait_s)
            await self._take_call(at)

    def _listen(self) -> None:
        """Drop what the board has taken over. Raises ConnectionError when the socket has ended."""
        self.desk.facts.clear()
        if self.desk.socket.has_ended:
            raise ConnectionError("the socket has ended")

    async def _take_call(self, at: datetime) -> None:
        live = [i for i in self.desk.board.incidents.values() if i.owner == habits.DISPATCHER]
        if len(live) < MOST_LIVE:
            call = calls.call(self.settlements, self.groups, at, self.rng)
            await self.desk.call(**call)

    async def _look_at(self, incident: IncidentView, at: datetime) -> None:
        left = habits.draws(self.seed, incident.id).random() < self.leave_share
        on_offer = any(o.incident_id == incident.id for o in self.desk.board.offers.values())
        act = habits.desk_act(incident, on_offer=on_offer, left=left)
        if act is None:
            return
        what = Pause.TRIAGE if act is DeskAct.OFFER else Pause.PAPERS
        timer = self.timers.setdefault((incident.id, act), Timer())
        if timer.over(incident.status_at, at, lambda: self.pace.pause_s(what, self.rng)):
            timer.due_at = at + timedelta(seconds=LOOK_AGAIN_S)
            await self._do(act, incident.id)

    async def _do(self, act: DeskAct, incident_id: int) -> None:
        """Do it; a person or the clockwork may have been quicker, then it is looked at again."""
        try:
            if act is DeskAct.OFFER:
                await self._offer(incident_id)
            else:
                await self._close(incident_id)
        except ProblemAnswer as refusal:
            if refusal.status == HTTPStatus.UNAUTHORIZED:
                raise ConnectionError("signed out") from refusal

    async def _offer(self, incident_id: int) -> None:
        found = await self.desk.recommend(incident_id)
        if found["ranked"]:
            best = found["ranked"][0]["unit_id"]
            await self.desk.offer(incident_id, best, recommendation_id=found["id"])

    async def _close(self, incident_id: int) -> None:
        timeline = await self.desk.api.get(f"/incidents/{incident_id}/timeline")
        carried = any(f.get("milestone") == "handed_over" for f in timeline["facts"])
        if carried:
            await self._hand_over(timeline["facts"])
        disposition = habits.disposition(self.rng, carried=carried)
        await self.desk.close_incident(incident_id, disposition, no_follow_up="not_needed")

    async def _hand_over(self, facts: list[dict[str, Any]]) -> None:
        """Record of every transport to whom the person was handed over, by radio as it were."""
        known = {f["assignment"]["id"] for f in facts if f["kind"] == "hand_over_recorded"}
        carried = {f["assignment"]["id"] for f in facts if f.get("milestone") == "transporting"}
        for assignment_id in carried - known:
            await self.desk.api.post(f"/assignments/{assignment_id}/hand-overs", **habits.HAND_OVER)
