"""C5: a past decision, replayed, gives the same answer bit for bit, whatever changed since."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from dispatch.recommendations import queries
from dispatch.recommendations.actions import recommend
from dispatch.recommendations.candidate import Candidate, Terms
from dispatch.recommendations.decision import Inputs, as_bytes, is_same, read, replay
from dispatch.recommendations.ranking import Ranking, Reason
from kit.db import Connection
from kit.errors import NotFound
from server.clients.api import ProblemAnswer
from tests.dispatch.test_ranking import NOW as THEN
from tests.dispatch.test_ranking import candidate, candidates, some_terms, terms
from tests.support.scene import DAY, DESK, Scene, after
from tests.support.servers import Running

BEFORE_POLICY = Path(__file__).parent / "stored" / "before_policy.json"


class Kept(msgspec.Struct):
    """A row as the database gave it when the policy was not yet a value of its own."""

    inputs: msgspec.Raw
    result: msgspec.Raw


@given(candidates(), some_terms)
def test_c5_what_is_kept_gives_the_same_answer_again(
    units: list[Candidate], given_terms: Terms
) -> None:
    inputs = Inputs(given_terms, units)
    stored = msgspec.json.encode(inputs)
    assert as_bytes(replay(stored)) == as_bytes(inputs.ranking())
    assert is_same(stored, as_bytes(inputs.ranking()))


async def test_c5_a_decision_is_replayed_from_what_was_known(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    for n, code in enumerate(["ARK-1", "ARK-2", "SHZ-1"]):
        await scene.ready(code, 34 + n / 10, 49.7)
    lesser = await scene.call(priority=3)
    await scene.assign(lesser, await scene.unit("ARK-1"))
    incident_id = await scene.call(needs=["nurse"], priority=1)
    made = await recommend(seeded_conn, incident_id, now=after(5), day=DAY, by=DESK)
    await seeded_conn.execute("DELETE FROM unit_position")
    await seeded_conn.execute("UPDATE rule SET value = '1' WHERE name = 'speed_kmh'")
    await seeded_conn.execute("DELETE FROM rule WHERE name = 'policy'")
    kept = await queries.stored(seeded_conn, made.id)
    assert as_bytes(replay(kept.inputs)) == as_bytes(made.ranking)
    assert is_same(kept.inputs, kept.result)
    assert read(kept.inputs).terms.policy.rule == "policy@2020-01-01"
    assert made.ranking.ranked[0].code == "ARK-2"


def test_c5_a_decision_from_before_the_policy_is_replayed_bit_for_bit() -> None:
    kept = msgspec.json.decode(BEFORE_POLICY.read_bytes(), type=Kept)
    assert is_same(bytes(kept.inputs), bytes(kept.result))
    answered = msgspec.json.decode(kept.result, type=Ranking)
    assert [one.code for one in answered.ranked] == ["ARK-2"]
    assert len(answered.excluded) == 10
    policy = read(bytes(kept.inputs)).terms.policy
    assert (policy.cover_rule, policy.rule) == ("cover_order@2020-01-01", "")


def test_c5_an_answer_that_does_not_follow_is_told_apart() -> None:
    kept = msgspec.json.decode(BEFORE_POLICY.read_bytes(), type=Kept)
    for old, new in ((b'"rank": 1', b'"rank": 2'), (b'"declined": false', b'"declined": true')):
        inputs, result = (bytes(part).replace(old, new, 1) for part in (kept.inputs, kept.result))
        assert not is_same(inputs, result)


def test_a20_c5_a_decision_of_before_is_replayed_by_what_counted_then() -> None:
    inputs = Inputs(terms(), [candidate(fixed_at=THEN - timedelta(seconds=121))])
    stored = msgspec.to_builtins(inputs)
    del stored["terms"]["policy"]["place_order"]
    del stored["terms"]["manual_max_age_s"]
    for name in ("known_at", "by_hand"):
        del stored["candidates"][0][name]
    [excluded] = replay(msgspec.json.encode(stored)).excluded
    assert [why.reason for why in excluded.reasons] == [Reason.STALE_FIX]


async def test_c5_the_desk_replays_what_was_known_then_and_hears_that_it_is_the_same(
    server: Running,
) -> None:
    desk = await server.desk()
    await server.crew_at("ark-1", 34.1, 49.7)
    incident_id = await desk.call(34.0863, 49.6894)
    made = await desk.recommend(incident_id)
    await desk.assign(incident_id, made["ranked"][0]["unit_id"], recommendation_id=made["id"])
    await server.sql("UPDATE rule SET value = '1' WHERE name = 'speed_kmh'")
    listed = (await desk.api.get(f"/incidents/{incident_id}/recommendations"))["recommendations"]
    assert [(one["id"], one["by"]) for one in listed] == [(made["id"], "dispatcher")]
    found = await desk.api.get(f"/recommendations/{made['id']}/replay")
    assert found["same"] is True
    assert found["answered"] == found["replayed"]
    assert found["answered"]["ranked"] == made["ranked"]
    assert (found["incident_id"], found["known"]["terms"]["speed_kmh"]) == (incident_id, 65)
    assert [one["code"] for one in found["known"]["candidates"] if one["on_shift"]] == ["ARK-1"]
    with pytest.raises(ProblemAnswer, match="no recommendation 404"):
        await desk.api.get("/recommendations/404/replay")


async def test_an_unknown_recommendation_is_not_found(seeded_conn: Connection) -> None:
    with pytest.raises(NotFound, match="no recommendation 404"):
        await queries.stored(seeded_conn, 404)
