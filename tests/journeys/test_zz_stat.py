import collections, asyncio
import tests.journeys.test_snapshot_state_machine as m
kinds = collections.Counter(); ref = collections.Counter()
orig = m.Acts._heard
def heard(self, facts, f):
    for x in facts: kinds[x.kind.value + (":"+x.milestone.value if x.milestone else "")] += 1
    orig(self, facts, f)
m.Acts._heard = heard
oa = m.Acts._act
async def act(self, do):
    before = sum(kinds.values())
    await oa(self, do)
    ref["did" if sum(kinds.values())>before else "nothing"] += 1
m.Acts._act = act
def test_it(dsn):
    m.test_a_board_is_the_snapshot_plus_the_facts_after_any_acts(dsn)
    print(kinds, ref)
