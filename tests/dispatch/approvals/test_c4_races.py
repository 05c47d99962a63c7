"""C4: of a decision and whatever else happens at once exactly one wins, and the other hears it."""

from dispatch.approvals import actions, queries
from dispatch.approvals.actions import Asked
from dispatch.approvals.approval import ApprovalAct, SensitiveAct
from dispatch.incidents import actions as incidents
from kit.identity import Actor, Role
from tests.support.pair import Act, Pair
from tests.support.scene import DAY, DESK, Scene, after

ASKER = Actor(1, DESK, Role.DISPATCHER)
SECOND = Actor(2, "second", Role.DISPATCHER)


async def asked(
    pair: Pair, act: SensitiveAct = SensitiveAct.TRANSFER, value: str = "qom", why: str = "overload"
) -> int:
    async with pair.db.write() as conn:
        one = Asked(pair.one, act, "ordered", value, why)
        return await actions.ask(conn, one, now=after(0), day=DAY, by=DESK)


def deciding(approval_id: int, act: ApprovalAct, by: Actor = SECOND, at_s: float = 599) -> Act:
    return lambda scene: actions.decide(
        scene.conn, approval_id, act, now=after(at_s), day=DAY, by=by
    )


async def expire(scene: Scene) -> None:
    await actions.expire_one(scene.conn, after(600))


async def state(pair: Pair, approval_id: int) -> tuple[str, str]:
    async with pair.db.read() as conn:
        scene = Scene(conn)
        row = await scene.row("approval", approval_id)
        return row["status"], (await scene.row("incident", pair.one))["status"]


async def test_c4_approve_against_expiry(pair: Pair) -> None:
    approval_id = await asked(pair)
    heard = await pair.race(deciding(approval_id, ApprovalAct.APPROVE), expire)
    assert heard == ("done", "done"), "the clockwork passes over what is being decided"
    assert await state(pair, approval_id) == ("approved", "transferring")


async def test_c4_expiry_against_approve(pair: Pair) -> None:
    approval_id = await asked(pair)
    heard = await pair.race(expire, deciding(approval_id, ApprovalAct.APPROVE))
    assert heard == ("done", "illegal_transition")
    assert await state(pair, approval_id) == ("expired", "waiting")


async def test_c4_approve_against_withdraw(pair: Pair) -> None:
    approval_id = await asked(pair)
    heard = await pair.race(
        deciding(approval_id, ApprovalAct.APPROVE),
        deciding(approval_id, ApprovalAct.WITHDRAW, ASKER),
    )
    assert heard == ("done", "illegal_transition")
    assert await state(pair, approval_id) == ("approved", "transferring")


async def test_c4_two_who_approve_do_it_once(pair: Pair) -> None:
    approval_id = await asked(pair, SensitiveAct.PRIORITY_LOWERED, "4", "calmer")
    third = Actor(5, "third", Role.DISPATCHER)
    heard = await pair.race(
        deciding(approval_id, ApprovalAct.APPROVE, at_s=299),
        deciding(approval_id, ApprovalAct.APPROVE, third, at_s=299),
    )
    assert heard == ("done", "illegal_transition")
    async with pair.db.read() as conn:
        assert (await Scene(conn).facts(pair.one)).count("incident_prioritised") == 1
        assert (await Scene(conn).row("approval", approval_id))["decided_by"] == "second"


async def test_c4_a_unit_that_is_sent_first_ends_the_question(pair: Pair) -> None:
    approval_id = await asked(pair)
    heard = await pair.race(
        lambda scene: scene.assign(pair.one, pair.unit_id),
        deciding(approval_id, ApprovalAct.APPROVE),
    )
    assert heard == ("done", "illegal_transition")
    assert await state(pair, approval_id) == ("pending", "responding")


async def test_c4_raising_against_lowering_alone(pair: Pair) -> None:
    async def prioritise(scene: Scene, priority: int) -> None:
        await queries.check_priority(scene.conn, pair.one, priority, DAY)
        await incidents.prioritise(
            scene.conn, pair.one, priority, now=after(1), by=DESK, reason="calmer"
        )

    heard = await pair.race(lambda scene: prioritise(scene, 1), lambda scene: prioritise(scene, 4))
    assert heard == ("done", "needs_second_person"), "it was 2 when the second looked at it"
    async with pair.db.read() as conn:
        assert (await Scene(conn).row("incident", pair.one))["priority"] == 1
