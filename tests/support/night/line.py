"""The 123 line: calls ring at the exchange, are answered, pass the gate and end."""

from collections import deque
from functools import partial

from kit.clock import now
from tests.support.exchange import Exchange
from tests.support.night.demand import Caller
from tests.support.night.desks import Desks, Dispatcher

GATE = {
    "irrelevant": ("irrelevant", None, "no_action"),
    "nuisance": ("nuisance", None, "no_action"),
    "information": ("information", None, "informed"),
    "guidance": ("guidance", None, "phone_only"),
    "referral": ("referral", None, "referral_only"),
    "phone_only": ("relevant", "phone_only", "phone_only"),
    "referral_only": ("relevant", "referral_only", "referral_only"),
    "caller_left": ("relevant", "caller_left", "caller_left"),
}
"""What each matter is classified as, what is said of it, and the outcome that must follow."""

OTHER_DESKS = ("tehran", "qom", "hamadan", "national")
PICK_UP_S = (2.0, 9.0)


class Line:
    """Everybody who calls. What needs a team opens an incident while the caller talks."""

    def __init__(self, exchange: Exchange, desks: Desks) -> None:
        self.exchange = exchange
        self.desks = desks
        self.rng = desks.rng
        self.timeline = desks.timeline
        self.record = desks.record
        self.queue: deque[int] = deque()

    def expect(self, number: int, caller: Caller) -> None:
        """Put a call on the time line."""
        self.timeline.add(caller.at, partial(self._ring, f"ex-{number}", caller))

    async def _ring(self, name: str, caller: Caller) -> None:
        call_id = await self.exchange.heard(name, "ring")
        self.record.callers[call_id], self.record.outcomes[call_id] = caller, None
        self.queue.append(call_id)
        self.timeline.after(caller.patience_s, partial(self._hang_up, name, call_id))
        self.timeline.after(self.rng.uniform(*PICK_UP_S), partial(self._pick_up, name))

    async def _hang_up(self, name: str, call_id: int) -> None:
        """End a call that nobody answered in time."""
        if call_id in self.queue:
            self.queue.remove(call_id)
            await self.exchange.heard(name, "end")
            self.record.abandoned.add(call_id)

    async def _pick_up(self, name: str) -> None:
        """Let whoever is free answer the call that waits longest."""
        one = self.desks.free()
        if one is None or not self.queue:
            return
        call_id = self.queue.popleft()
        caller = self.record.callers[call_id]
        self.desks.talks(one, caller.talk_s + 5)
        if await self.desks.do(one, "answer", f"/calls/{call_id}/answer", once=False) is None:
            return
        self.timeline.after(caller.talk_s * 0.6, partial(self._judge, one, call_id, caller))
        self.timeline.after(caller.talk_s, partial(self._end, call_id))
        self.timeline.after(caller.talk_s + 6, partial(self._pick_up, name))

    async def _end(self, call_id: int) -> None:
        await self.desks.do(self.desks.anyone(), "end", f"/calls/{call_id}/end", once=False)

    async def _judge(self, one: Dispatcher, call_id: int, caller: Caller) -> None:
        """Pass the gate: classify, pass on, join what is known, or open an incident."""
        match caller.matter:
            case "passed_on":
                to = self.rng.choice(OTHER_DESKS)
                path = f"/calls/{call_id}/pass-on"
                await self.desks.do(one, "pass_on", path, once=False, to=to)
                self.record.outcomes[call_id] = "passed_on"
            case "again" if known := self._known():
                await self._again(one, call_id, caller, known)
            case "team" | "again":
                await self._open(one, call_id, caller)
            case matter:
                relevance, said, outcome = GATE[matter]
                path, body = f"/calls/{call_id}/classify", {"relevance": relevance, "outcome": said}
                await self.desks.do(one, "classify", path, once=False, **body)
                self.record.outcomes[call_id] = outcome

    def _known(self) -> list[int]:
        """Return the incidents that are not over."""
        gone = self.record.closed.keys() | self.record.merged.keys()
        return [id_ for id_ in self.record.opened if id_ not in gone]

    async def _again(self, one: Dispatcher, call_id: int, caller: Caller, known: list[int]) -> None:
        """A call about something known: it joins at once, or is found to be a duplicate later."""
        incident_id = self.rng.choice(known)
        if self.rng.random() < 0.5:
            path = f"/calls/{call_id}/join"
            await self.desks.do(one, "join", path, once=False, incident_id=incident_id)
            self.record.outcomes[call_id] = "incident_joined"
            self.record.joined[call_id] = incident_id
        else:
            opened = await self._open(one, call_id, caller)
            later_s = self.rng.uniform(60, 900)
            self.timeline.after(later_s, partial(self._merge, opened, incident_id))

    async def _open(self, one: Dispatcher, call_id: int, caller: Caller) -> int:
        incident = await self.desks.do(
            one,
            "open",
            "/incidents",
            call_id=call_id,
            lat=caller.place.lat,
            lon=caller.place.lon,
            uncertainty_m=300,
            group=caller.group,
            priority=caller.priority,
            priority_reason="other",
            needs=list(caller.needs),
            flags=list(caller.flags),
        )
        incident_id = int(incident["id"])
        self.record.outcomes[call_id] = "incident_opened"
        self.record.opened[incident_id] = call_id
        self.record.places[incident_id] = caller.place
        self.record.own(now(), incident_id, one.name)
        return incident_id

    async def _merge(self, incident_id: int, into: int) -> None:
        """Merge a duplicate, unless one of the two is over or both are served."""
        known = self._known()
        if incident_id in known and into in known and incident_id != into:
            path, one = f"/incidents/{incident_id}/merge", self.desks.anyone()
            if await self.desks.do(one, "merge", path, once=False, into=into) is not None:
                self.record.merge(now(), incident_id, into)
