"""A mailbox keeps frames in order up to its limit; past it, a snapshot is owed, not a backlog."""

from hypothesis import given
from hypothesis import strategies as st

from realtime.mailbox import Mailbox
from tests.support.servers import serving


@given(st.lists(st.sampled_from(["put", "take"]), max_size=60), st.integers(1, 5))
def test_frames_come_in_order_or_a_snapshot_is_owed(acts: list[str], limit: int) -> None:
    mailbox = Mailbox(limit)
    waiting: list[str] = []
    overflowed = False
    for n, act in enumerate(acts):
        if act == "put":
            mailbox.put(str(n))
            waiting.append(str(n))
            overflowed = overflowed or len(waiting) > limit
        else:
            assert mailbox.take() == (([], True) if overflowed else (waiting, False))
            waiting, overflowed = [], False
        assert len(mailbox.frames) <= limit
        assert bool(mailbox) is bool(waiting)


async def test_a_console_that_falls_behind_gets_one_snapshot(dsn: str) -> None:
    """More facts than its mailbox holds come before its socket can take one of them."""
    async with serving(dsn, mailbox_frames=3) as server:
        desk = await server.desk()
        link, hub = desk.link, server.app.state.hub
        assert link is not None
        incident_id = await desk.call(34.1, 49.7)
        await link.until(lambda: incident_id in desk.board.incidents)
        [listener] = hub.consoles
        for _ in range(4):
            listener.put('{"type":"tick","at":"2026-01-01T00:00:00Z","positions":[]}')
        assert listener.mailbox.behind
        await link.until(lambda: desk.snapshots == 2)
        assert desk.seq == server.app.state.feed.seq
        assert list(desk.board.incidents) == [incident_id]
        await desk.close_incident(incident_id)
        await link.until(lambda: not desk.board.incidents)
        assert desk.snapshots == 2
