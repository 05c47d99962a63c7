"""Refusals become problem details; what the database refuses is told as a person understands it."""

import msgspec
import psycopg
import pytest

import dispatch.assignments.actions  # noqa: F401 - it explains the constraints
from kit.codec import decode, refusal_of
from kit.db import Connection
from kit.errors import Conflict, Fault, Invalid, Malformed, NotFound, from_database, invalid
from tests.support.scene import NOW, Scene


class Place(msgspec.Struct):
    lat: float
    tags: list[str] = []


class Call(msgspec.Struct):
    place: Place


DECODER = msgspec.json.Decoder(Call)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"place":{"lat":"x"}}', "place.lat"),
        ('{"place":{}}', "place.lat"),
        ('{"place":{"lat":1,"tags":["a",1]}}', "place.tags[1]"),
        ("[]", "message"),
    ],
)
def test_a_bad_field_is_named(text: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(DECODER, text)
    assert [fault.field for fault in refused.value.errors] == [field]
    assert field in refused.value.detail


@pytest.mark.parametrize(
    "text", ["{", "", "NaN", "\x00", '{"place":', b"\xff\xfe", '{"place":{"lat":"\ud800"}}']
)
def test_what_is_not_json_is_malformed(text: str | bytes) -> None:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with pytest.raises((Malformed, Invalid)) as refused:
        decode(DECODER, raw)
    assert refused.value.status in {400, 422}


def test_json_nested_too_deep_is_malformed() -> None:
    with pytest.raises(Malformed, match="nested too deep"):
        decode(msgspec.json.Decoder(), "[" * 100_000)


def test_a_plain_decode_error_is_malformed() -> None:
    assert isinstance(refusal_of(msgspec.DecodeError("no")), Malformed)


def test_a_refusal_is_a_problem_with_context() -> None:
    problem = Conflict("it is taken", code="unit_taken", unit="ARK-1").problem()
    assert msgspec.to_builtins(problem) == {
        "type": "/problems/unit_taken",
        "title": "unit taken",
        "status": 409,
        "code": "unit_taken",
        "detail": "it is taken",
        "context": {"unit": "ARK-1"},
    }


def test_one_bad_field_is_a_fault() -> None:
    assert invalid("lat", "too large").errors == [Fault("lat", "too large")]


async def refused(conn: Connection, statement: str) -> psycopg.Error:
    """Return what the database says to a statement, and go on."""
    try:
        async with conn.transaction():
            await conn.execute(statement)
    except psycopg.Error as error:
        return error
    raise AssertionError("it was done")


async def test_a_breach_that_is_known_is_explained(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit_id, incident_id = await scene.sign_on("ARK-1"), await scene.call()
    await scene.assign(incident_id, unit_id)
    again = await refused(
        seeded_conn,
        f"INSERT INTO assignment (incident_id, unit_id, dispatched_by, dispatched_at)"
        f" VALUES ({incident_id}, {unit_id}, '', '{NOW}')",
    )
    known = from_database(again)
    assert known
    assert (known.status, known.code) == (409, "unit_taken")


async def test_what_refers_to_nothing_is_not_found(seeded_conn: Connection) -> None:
    error = await refused(
        seeded_conn,
        f"INSERT INTO assignment (incident_id, unit_id, dispatched_by, dispatched_at)"
        f" VALUES (404, 404, '', '{NOW}')",
    )
    assert isinstance(from_database(error), NotFound)


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)",
        "DO $$ BEGIN RAISE deadlock_detected; END $$",
        "DO $$ BEGIN RAISE serialization_failure; END $$",
        "DO $$ BEGIN RAISE lock_not_available; END $$",
    ],
)
async def test_a_busy_database_is_unavailable_not_a_fault(
    seeded_conn: Connection, statement: str
) -> None:
    known = from_database(await refused(seeded_conn, statement))
    assert known
    assert (known.status, known.code) == (503, "unavailable")


async def test_our_own_fault_stays_our_own(seeded_conn: Connection) -> None:
    assert from_database(await refused(seeded_conn, "SELECT no_such_column")) is None
    unknown = await refused(seeded_conn, "INSERT INTO code SELECT * FROM code LIMIT 1")
    assert from_database(unknown) is None
