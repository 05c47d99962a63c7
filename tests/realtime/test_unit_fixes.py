"""A batch with bad fixes: the good ones are kept, each bad one is refused with its fault."""

import json

from kit.clock import now
from tests.support.servers import Running


async def test_bad_fixes_do_not_hold_back_the_good_ones_of_their_batch(server: Running) -> None:
    crew = await server.crew("ark-1")
    good = {"fixed_at": now().isoformat(), "lat": 34.1, "lon": 49.7}
    batch = [{**good, "lat": 999}, good, {"lat": 34}, "not a fix"]
    await crew.socket.send_text(json.dumps({"type": "fixes", "seq": 7, "fixes": batch}))

    ack = await crew.acked(7)
    assert [(one.index, one.reason) for one in ack.refused] == [
        (0, "malformed"),
        (2, "malformed"),
        (3, "malformed"),
    ]
    assert "lat" in (ack.refused[0].fault or "")
    assert [row[0] for row in await server.sql("SELECT lat FROM fix")] == [34.1]
    assert await server.sql("SELECT reason, n FROM fix_refusal") == [("malformed", 3)]


async def test_a_batch_without_a_number_is_told_what_is_wrong(server: Running) -> None:
    crew = await server.crew("ark-1")
    await crew.socket.send_text('{"type":"fixes","fixes":[]}')
    wrong = await crew.socket.until(lambda: next(iter(crew.wrong), None))
    assert wrong.problem.errors[0].field == "seq"
