"""What people wrote as a reason before there were codes becomes a private note."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from psycopg.rows import tuple_row
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from server import migrate
from server.cluster import Cluster
from tests.support.databases import cloned

SECRET = "her brother Reza is at home"
BEFORE = """
INSERT INTO incident (id, status_at, group_code, priority, owner_county_code, area_lat, area_lon,
  area_radius_m, owner, opened_at, round_at) OVERRIDING SYSTEM VALUE
  VALUES (7, now(), 'other', 2, 'IR-00-01', 34, 49, 800, 'desk', now(), now());
INSERT INTO offer (id, incident_id, unit_id, status, made_at, made_by, expires_at, answered_at,
  reason) OVERRIDING SYSTEM VALUE
  SELECT 5, 7, min(id), 'declined', now(), 'desk', now(), now(), '{secret}' FROM unit;
UPDATE unit SET status = 'out_of_service', status_reason = 'gearbox' WHERE code = 'ARK-1';
"""
FACTS = [
    ("incident/7", "incident_held", {"reason": SECRET, "incident": {"id": 7}}),
    ("incident/7", "incident_reopened", {"reason": "hold_reason"}),
    ("incident/7", "offer_declined", {"reason": "busy", "offer": {"id": 5, "reason": "busy"}}),
    ("incident/7", "offer_withdrawn", {"reason": SECRET, "offer": {"id": 5, "reason": SECRET}}),
    ("incident/7", "offer_expired", {"reason": "no answer in time"}),
    ("unit/1", "unit_taken_out", {"reason": "gearbox", "unit": {"status_reason": "gearbox"}}),
    ("unit/1", "county_crossed", {"reason": "IR-00-02"}),
]


@pytest.fixture
def connection(cluster: Cluster, seeded_template: str) -> Iterator[psycopg.Connection]:
    """A database as version 0005 left it, brought to the newest."""
    with cloned(cluster, seeded_template) as dsn:
        engine = create_engine(migrate.as_url(dsn), poolclass=NullPool)
        with engine.begin() as down:
            command.downgrade(migrate.config(down), "0005")
        with psycopg.connect(dsn) as before:
            before.execute(BEFORE.format(secret=SECRET))
            for stream, kind, body in FACTS:
                before.execute(
                    "INSERT INTO journal (at, kind, stream, by_name, body)"
                    " VALUES (now(), %s, %s, 'desk', %s)",
                    (kind, stream, json.dumps(body)),
                )
        migrate.to_head(dsn)
        with psycopg.connect(dsn, row_factory=tuple_row) as after:
            yield after


def test_the_text_goes_from_the_facts_to_the_notes(connection: psycopg.Connection) -> None:
    facts = connection.execute("SELECT kind, body FROM journal ORDER BY id").fetchall()
    assert [(kind, body["reason"]) for kind, body in facts] == [
        ("incident_held", "other"),
        ("incident_reopened", "other"),
        ("offer_declined", "busy"),
        ("offer_withdrawn", "other"),
        ("offer_expired", "no_answer"),
        ("unit_taken_out", "other"),
        ("county_crossed", "IR-00-02"),
    ]
    assert [body["offer"]["reason"] for _, body in facts if "offer" in body] == ["busy", "other"]
    assert facts[5][1]["unit"] == {"status_reason": "other"}
    notes = connection.execute("SELECT incident_id, by_name, about, text FROM incident_note")
    assert notes.fetchall() == [
        (7, "desk", "incident_held", SECRET),
        (7, "desk", "incident_reopened", "hold_reason"),
        (7, "desk", "offer_withdrawn", SECRET),
    ]


def test_the_rows_have_codes_too(connection: psycopg.Connection) -> None:
    assert connection.execute("SELECT reason FROM offer").fetchall() == [("other",)]
    reasons = connection.execute("SELECT DISTINCT status_reason FROM unit ORDER BY 1").fetchall()
    assert reasons == [("other",), (None,)]
