"""Recommendations equal brute force over every row, on 1,000 random states of a real database.

The product asks the KNN index for a few candidates and stops early; the brute force here reads
all rows, measures each with ST_Distance and knows neither index nor limit.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.coverage.queries import units_on_shift
from dispatch.coverage.reach import Reach, losses
from dispatch.recommendations import queries
from dispatch.recommendations.actions import recommend, terms_of
from dispatch.recommendations.candidate import Terms
from dispatch.recommendations.ranking import Ranking, rank
from geo.position import Position, span_m
from geo.queries import seats_on
from kit.db import Connection, connection_options
from tests.support.scene import DAY, DESK, NOW, Scene, after

EXAMPLES = 1000
CENTRES = ["ARK", "SHZ", "SVH", "KHM", "NOWHERE"]
STATUSES = ["available"] * 4 + ["offered", "dispatched", "off_duty", "out_of_service"]
CAPABILITIES = ["nurse", "psychologist"]
LATS = st.integers(0, 40).map(lambda n: 33.5 + n / 40)
LONS = st.integers(0, 40).map(lambda n: 49.2 + n / 40)

units = st.lists(
    st.tuples(
        st.sampled_from(CENTRES),
        st.sampled_from(STATUSES),
        st.sets(st.sampled_from(CAPABILITIES)),
        st.sampled_from([None, [], ["nurse"]]),  # no shift, or what the crew adds
        st.none()
        | st.tuples(
            LATS,
            LONS,
            st.sampled_from([0, 60, 119, 120, 121, 4000]),  # age of the place
            st.sampled_from([0, 119, 121]),  # of the last sign of life
            st.sampled_from([None, 0, 9]),  # speed
            st.sampled_from(["gps", "gps", "manual"]),
        ),
        st.sampled_from([None, None, ("declined", 10), ("expired", 10), ("declined", -10)]),
        st.sampled_from([(0, False)] * 3 + [(300, False), (2400, False), (2400, True)]),  # turnout
        st.sampled_from([[], [], [], ["defect"]]),
        st.sampled_from([0, 1800, 4000, 7200, 30_000]),  # until the shift ends
        # What it did this shift: ended how long ago, after how long.
        st.lists(
            st.tuples(st.sampled_from([60, 600, 5000]), st.sampled_from([0, 900])), max_size=2
        ),
    ),
    max_size=25,
)
incidents = st.tuples(LATS, LONS, st.sets(st.sampled_from(CAPABILITIES), max_size=1))
orders = st.permutations(["own", "supporting", "other"])
kinds = st.permutations(["fresh", "last_known", "centre"]) | st.sampled_from(
    [["fresh"], ["fresh", "last_known"], ["fresh", "centre"]]
)
weights = st.fixed_dictionaries(
    {
        "task_s": st.sampled_from([0, 3600]),
        "past_shift_penalty_s": st.sampled_from([0, 0, 900]),
        "past_shift_limit_s": st.sampled_from([None, None, 1800]),
        "rest_s": st.sampled_from([0, 1200]),
        "short_rest_penalty_s": st.sampled_from([0, 700]),
        "short_rest_excludes": st.sampled_from([False, False, False, True]),
        "task_penalty_s": st.sampled_from([0, 0, 400]),
        "cover_within_s": st.sampled_from([1800, 3600]),
        "uncover_penalty_s": st.sampled_from([0, 0, 5]),
        "uncover_limit": st.sampled_from([None, None, 100_000]),
    }
)
State = list[tuple[Any, ...]]

_LOAD = """
WITH given AS (
  SELECT * FROM jsonb_to_recordset(%(units)s::jsonb) AS g(id int8, centre text, status text,
    own text[], extra text[], lat float8, lon float8, age_s int, heard_s int,
    speed real, basis text, answer text, round_s int,
    turnout_s int, rolled bool, faults text[],
    ends_s int, done int[])),
u AS (
  INSERT INTO unit (id, code, name_fa, name_en, centre_code, capabilities, status, not_ready)
  OVERRIDING SYSTEM VALUE
  SELECT id, 'U-' || id, '', '', centre, own, status, faults FROM given),
s AS (
  INSERT INTO shift (unit_id, started_at, ends_at, crew, capabilities, turnout_s, rolled_at)
  SELECT id, %(now)s - interval '8 hours', %(now)s + make_interval(secs => ends_s), '[]', extra,
    turnout_s, CASE WHEN rolled THEN %(now)s END
  FROM given WHERE extra IS NOT NULL),
t AS (
  INSERT INTO assignment (incident_id, unit_id, dispatched_by, dispatched_at, cleared_at)
  SELECT %(incident)s, id, '', %(now)s - make_interval(secs => done[n] + done[n + 1]),
    %(now)s - make_interval(secs => done[n])
  FROM given, generate_series(1, cardinality(done) - 1, 2) AS n),
p AS (
  INSERT INTO unit_position (unit_id, place, fixed_at, received_at, heard_at, speed_mps, basis)
  SELECT id, ST_MakePoint(lon, lat)::geography, %(now)s - make_interval(secs => age_s), %(now)s,
    %(now)s - make_interval(secs => heard_s), speed, basis FROM given WHERE lat IS NOT NULL)
INSERT INTO offer (incident_id, unit_id, status, made_at, made_by, expires_at, answered_at)
SELECT %(incident)s, id, answer, %(now)s + make_interval(secs => round_s), '', %(now)s, %(now)s
FROM given WHERE answer IS NOT NULL"""

_BRUTE = """
SELECT u.id, u.centre_code, u.status, u.capabilities || coalesce(s.capabilities, '{}') AS can,
  s.id IS NOT NULL AS on_shift, u.not_ready, s.turnout_s, s.rolled_at,
  extract(epoch FROM s.ends_at - %(now)s)::float8 AS left_s,
  (SELECT count(*) FROM assignment a WHERE a.unit_id = u.id) AS tasks,
  (SELECT extract(epoch FROM %(now)s - max(cleared_at))::float8 FROM assignment a
   WHERE a.unit_id = u.id) AS rest_s,
  (SELECT coalesce(sum(extract(epoch FROM cleared_at - dispatched_at)), 0)::float8
   FROM assignment a WHERE a.unit_id = u.id) AS busy_s,
  coalesce(ST_Y(p.place::geometry), (SELECT ST_Y(c.place) FROM centre c
    WHERE c.code = u.centre_code)) AS lat,
  coalesce(ST_X(p.place::geometry), (SELECT ST_X(c.place) FROM centre c
    WHERE c.code = u.centre_code)) AS lon,
  extract(epoch FROM %(now)s - p.fixed_at)::float8 AS age_s,
  extract(epoch FROM %(now)s - p.heard_at)::float8 AS heard_s, p.speed_mps, p.basis,
  ST_Distance(p.place, ST_MakePoint(%(lon)s, %(lat)s)::geography) AS distance_m,
  (SELECT ST_Distance(c.place::geography, ST_MakePoint(%(lon)s, %(lat)s)::geography)
   FROM centre c WHERE c.code = u.centre_code) AS centre_m,
  (SELECT count(*) FROM offer o WHERE o.incident_id = %(incident)s AND o.unit_id = u.id
     AND o.status IN ('declined', 'expired') AND o.made_at >= %(round)s) AS refusals
FROM unit u LEFT JOIN unit_position p ON p.unit_id = u.id
  LEFT JOIN shift s ON s.unit_id = u.id AND s.ended_at IS NULL"""


async def load(conn: Connection, incident_id: int, state: State) -> None:
    """Replace the fleet by ``state``, in one statement."""
    await conn.execute("DELETE FROM account WHERE unit_id IS NOT NULL")
    await conn.execute("DELETE FROM unit")
    await conn.execute("DELETE FROM assignment")
    rows = [
        {
            "id": n,
            "centre": centre,
            "status": status,
            "own": sorted(own),
            "extra": extra,
            "lat": fix and fix[0],
            "lon": fix and fix[1],
            "age_s": fix and fix[2],
            "heard_s": fix and fix[3],
            "speed": fix and fix[4],
            "basis": fix and fix[5],
            "answer": answer and answer[0],
            "round_s": answer and answer[1],
            "turnout_s": turnout[0],
            "rolled": turnout[1],
            "faults": faults,
            "ends_s": ends_s,
            "done": [seconds for pair in done for seconds in pair],
        }
        for n, (
            centre,
            status,
            own,
            extra,
            fix,
            answer,
            turnout,
            faults,
            ends_s,
            done,
        ) in enumerate(state, 1)
    ]
    await conn.execute(
        _LOAD, {"units": msgspec.json.encode(rows).decode(), "now": NOW, "incident": incident_id}
    )


async def brute_force(
    conn: Connection, incident_id: int, place: Position, terms: Terms
) -> tuple[list["Told"], dict[int, set[str]]]:
    """Return what is told of the fit units in order, and the reasons against the others."""
    params = {"now": terms.now, "lat": place.lat, "lon": place.lon}
    params |= {"incident": incident_id, "round": NOW}
    rows = await (await conn.execute(_BRUTE, params)).fetchall()
    policy, left = terms.policy, await _left_alone(conn, rows, terms)
    fit, unfit = [], {}
    for row in rows:
        metres = row["centre_m"] if row["age_s"] is None else row["distance_m"]
        late = row["turnout_s"] if row["on_shift"] and not row["rolled_at"] else 0
        eta_s = None if metres is None else _eta_s(metres, terms) + late
        past_s = 0.0
        if row["on_shift"] and eta_s is not None:
            past_s = max(0.0, eta_s + policy.task_s - row["left_s"])
        tasks, rest_s = (row["tasks"], row["rest_s"]) if row["on_shift"] else (0, None)
        tired = rest_s is not None and rest_s < policy.rest_s
        people = sum(left.get(row["id"], {}).values())
        limit_s, limit = policy.past_shift_limit_s, policy.uncover_limit
        against = {
            "not_available": row["status"] != "available",
            "off_shift": not row["on_shift"],
            "not_ready": row["not_ready"] != [],
            "no_fix": row["age_s"] is None
            and ("centre" not in policy.place_order or row["centre_m"] is None),
            "stale_fix": _label(row) == "last_known" and "last_known" not in policy.place_order,
            "lacks_capability": not set(terms.needs) <= set(row["can"]),
            "already_declined": row["refusals"] > 0,
            "past_shift": limit_s is not None and past_s > limit_s,
            "short_rest": eta_s is not None and policy.short_rest_excludes and tired,
            "uncovers": eta_s is not None and limit is not None and people > limit,
        }
        if any(against.values()):
            unfit[row["id"]] = {reason for reason, holds in against.items() if holds}
            continue
        added = [
            policy.past_shift_penalty_s if past_s > 0 else 0,
            policy.short_rest_penalty_s if tired else 0,
            tasks * policy.task_penalty_s,
            people / 1000 * policy.uncover_penalty_s,
        ]
        label = _label(row)
        kind = "fresh" if label in {"gps", "manual"} else label
        place_kind = [str(one) for one in policy.place_order].index(kind)
        told = Told(
            row["id"], eta_s, label, past_s, tasks, row["busy_s"], rest_s, left.get(row["id"], {})
        )
        tier = _tier(row["centre_code"], terms)
        fit.append((tier, place_kind, eta_s + sum(added), row["id"], told))
    return [told for *_, told in sorted(fit, key=lambda one: one[:4])], unfit


@dataclass(frozen=True)
class Told:
    """What a desk must be told of a fit unit."""

    unit_id: int
    eta_s: float
    place_basis: str
    past_shift_s: float
    tasks: int
    busy_s: float
    rest_s: float | None
    uncovers: dict[str, int | None]


async def _left_alone(
    conn: Connection, rows: list[dict[str, Any]], terms: Terms
) -> dict[int, dict[str, int | None]]:
    """Return what each free unit alone can reach: county to population."""
    cursor = await conn.execute(
        "SELECT code, population, ST_Y(seat) AS lat, ST_X(seat) AS lon FROM county"
    )
    found: dict[int, dict[str, int | None]] = {}
    for seat in await cursor.fetchall():
        near = []
        for row in rows:
            free = row["status"] == "available" and row["on_shift"] and row["not_ready"] == []
            if free and row["lat"] is not None:
                metres = span_m(seat["lat"], seat["lon"], row["lat"], row["lon"])
                late = 0 if row["rolled_at"] else row["turnout_s"]
                if _eta_s(metres, terms) + late <= terms.policy.cover_within_s:
                    near.append(row["id"])
        if len(near) == 1:
            found.setdefault(near[0], {})[seat["code"]] = seat["population"]
    return found


def _label(row: dict[str, Any]) -> str:
    """Return where a unit's place is from, by the words of the rule: 120 s, by hand 900 s."""
    if row["age_s"] is None:
        return "centre"
    stands = row["speed_mps"] == 0
    age_s = min(row["age_s"], row["heard_s"]) if stands else row["age_s"]
    fresh = age_s <= (900 if row["basis"] == "manual" else 120)
    return str(row["basis"]) if fresh else "last_known"


def _tier(centre: str, terms: Terms) -> int:
    kinds = dict.fromkeys(terms.supporting, "supporting") | dict.fromkeys(terms.own, "own")
    return [str(tier) for tier in terms.policy.cover_order].index(kinds.get(centre, "other"))


def _eta_s(distance_m: float, terms: Terms) -> float:
    return distance_m * terms.circuity / (terms.speed_kmh / 3.6)


def agree(found: Ranking, fit: list[Told], unfit: dict[int, set[str]], listed: int) -> None:
    """Assert that what was found is what brute force says of each of its units."""
    ranked = [
        Told(
            one.unit_id,
            one.eta_s,
            one.place_basis.value,
            one.past_shift_s,
            one.tasks,
            one.busy_s,
            one.rest_s,
            {left.county: left.population for left in one.uncovers},
        )
        for one in found.ranked
    ]
    assert ranked == fit[:listed]
    farther = {one.unit_id for one in fit[listed:]}
    for one in found.excluded:
        said = {why.reason.value for why in one.reasons}
        expected = {"farther"} if one.unit_id in farther else unfit[one.unit_id]
        assert said == expected, (one, expected)


class World:
    """A connection whose transaction is rolled back after each state."""

    def __init__(self, conn: Connection, incident_id: int, terms: Terms) -> None:
        self.conn = conn
        self.incident_id = incident_id
        self.terms = terms

    async def compare(
        self,
        state: State,
        incident: tuple[float, float, set[str]],
        order: list[str],
        places: list[str],
        few: int,
        weights: dict[str, Any],
    ) -> None:
        lat, lon, needs = incident
        place = Position(lat, lon)
        policy = msgspec.structs.replace(
            self.terms.policy, cover_order=order, place_order=places, **weights
        )
        terms = msgspec.structs.replace(self.terms, needs=sorted(needs), policy=policy, listed=few)
        async with self.conn.transaction(force_rollback=True):
            await load(self.conn, self.incident_id, state)
            fit, unfit = await brute_force(self.conn, self.incident_id, place, terms)
            reach = Reach(terms.travel(), policy.cover_within_s)
            seats = await seats_on(self.conn, DAY)
            left = losses(seats, await units_on_shift(self.conn), reach)
            search = queries.Search(self.conn, self.incident_id, place, terms, left)
            everyone = await search.candidates()
            by_index = await search.candidates(nearest=few)
        found = rank(everyone, terms)
        agree(found, fit, unfit, few)
        assert len(found.ranked) + len(found.excluded) == len(state)
        agree(rank(by_index, terms), fit, unfit, few)


async def open_world(dsn: str) -> World:
    """Connect, and make the planner take the index although the fleet is small."""
    conn = await Connection.connect(dsn, **connection_options(30))
    await conn.execute("SET enable_seqscan = off")
    await conn.execute("SET enable_sort = off")
    incident_id = await Scene(conn).call(needs=["nurse"])
    terms = await terms_of(conn, incident_id, NOW, DAY)
    return World(conn, incident_id, terms)


def test_a9_a20_recommendations_equal_brute_force(dsn: str) -> None:
    with asyncio.Runner() as runner:
        world = runner.run(open_world(dsn))

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(units, incidents, orders, kinds, st.integers(1, 4), weights)
        def compare(
            state: State,
            incident: tuple[float, float, set[str]],
            order: list[str],
            places: list[str],
            few: int,
            weights: dict[str, Any],
        ) -> None:
            runner.run(world.compare(state, incident, order, places, few, weights))

        compare()
        runner.run(world.conn.close())


def test_c2_a_farther_unit_without_turnout_beats_nearer_ones_on_call(dsn: str) -> None:
    """The search must not stop at the nearest few: that these come late says nothing of others."""
    with asyncio.Runner() as runner:
        world = runner.run(open_world(dsn))
        for centre in ("ARK", "KHM"):
            near = [(centre, 34.0 + n / 1000, (2400, False)) for n in range(9)]
            state = [
                (
                    at,
                    "available",
                    {"nurse"},
                    [],
                    (lat, 49.7, 0, 0, 9, "gps"),
                    None,
                    turnout,
                    [],
                    9999,
                    [],
                )
                for at, lat, turnout in [*near, (centre, 34.2, (0, False))]
            ]
            order = ["own", "supporting", "other"]
            runner.run(world.compare(state, (34.0, 49.7, {"nurse"}), order, ["fresh"], 1, {}))
        runner.run(world.conn.close())


async def test_the_nearest_are_found_through_the_index(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    incident_id = await scene.call()
    terms = await terms_of(seeded_conn, incident_id, NOW, DAY)
    params = queries.Search(seeded_conn, incident_id, Position(34, 49), terms).params
    await seeded_conn.execute("SET LOCAL enable_seqscan = off")
    await seeded_conn.execute("SET LOCAL enable_sort = off")
    fit = [queries.fit_sql("other", kind) for kind in ("fresh", "last_known")]
    for sql in (*fit, queries.NEAREST_ANY):
        cursor = await seeded_conn.execute(f"EXPLAIN {sql}", {**params, "limit": 5})
        plan = "\n".join(row["QUERY PLAN"] for row in await cursor.fetchall())
        assert "Index Scan using unit_position_place_ix" in plan
        assert "Order By" in plan


async def test_a_recommendation_takes_the_rules_of_its_day(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    await scene.ready("ARK-1", 34.1, 49.7)
    incident_id = await scene.call()
    stale = await recommend(
        seeded_conn, incident_id, now=NOW + timedelta(seconds=121), day=DAY, by=DESK
    )
    assert [one.place_basis for one in stale.ranking.ranked] == ["last_known"]
    await seeded_conn.execute("UPDATE rule SET value = '600' WHERE name = 'fix_max_age_s'")
    fresh = await recommend(
        seeded_conn, incident_id, now=NOW + timedelta(seconds=121), day=DAY, by=DESK
    )
    assert [one.place_basis for one in fresh.ranking.ranked] == ["gps"]


async def test_a20_with_every_fix_stale_the_desk_still_gets_a_ranking(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    await scene.ready("ARK-1", 34.3, 49.7)
    await scene.sign_on("ARK-2")
    incident_id = await scene.call()
    made = await recommend(seeded_conn, incident_id, now=after(7200), day=DAY, by=DESK)
    told = [(one.code, one.place_basis, one.fix_age_s) for one in made.ranking.ranked]
    assert told == [("ARK-1", "last_known", 7200.0), ("ARK-2", "centre", None)]
    offer = await scene.offer_best(incident_id, after(7200))
    assert offer["unit_id"] == await scene.unit("ARK-1")


async def test_a20_a_rule_may_leave_out_what_is_not_fresh(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    await scene.ready("ARK-1", 34.3, 49.7)
    await scene.sign_on("ARK-2")
    incident_id = await scene.call()
    await seeded_conn.execute("""UPDATE rule SET value = '["fresh"]' WHERE name = 'place_order'""")
    made = await recommend(seeded_conn, incident_id, now=after(7200), day=DAY, by=DESK)
    assert made.ranking.ranked == []
    reasons = {one.code: [why.reason for why in one.reasons] for one in made.ranking.excluded}
    assert (reasons["ARK-1"], reasons["ARK-2"]) == (["stale_fix"], ["no_fix"])
