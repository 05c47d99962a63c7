"""Notes: what a person writes beside a reason's code stands with the private part.

Reasons were free text before. What is no code becomes a note, and ``other`` in the facts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CODED = """CREATE FUNCTION pg_temp.coded(said text) RETURNS text STRICT LANGUAGE sql AS $$
  SELECT CASE said
    WHEN 'no answer in time' THEN 'no_answer' WHEN 'incident held' THEN 'incident_held'
    WHEN 'incident closed' THEN 'incident_closed' WHEN 'incident cleared' THEN 'incident_cleared'
    WHEN 'assigned' THEN said
    ELSE coalesce((SELECT min(code) FROM code WHERE right(domain, 7) = '_reason' AND code = said),
      'other') END $$"""
WRITTEN = """'incident_prioritised', 'incident_held', 'incident_reopened', 'offer_declined',
    'offer_withdrawn', 'unit_assigned', 'unit_stood_down'"""
NOTES = f"""INSERT INTO incident_note (incident_id, at, by_name, about, text)
  SELECT split_part(stream, '/', 2)::bigint, at, by_name, kind, body->>'reason' FROM journal
  WHERE kind IN ({WRITTEN}) AND body->>'reason' <> 'other'
    AND pg_temp.coded(body->>'reason') = 'other' ORDER BY id"""
IN_FACTS = {
    "{reason}": f"kind IN ({WRITTEN}, 'offer_expired', 'unit_taken_out')",
    "{offer,reason}": "true",
    "{assignment,cancel_reason}": "true",
    "{unit,status_reason}": "true",
}
IN_ROWS = {"offer": "reason", "assignment": "cancel_reason", "unit": "status_reason"}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incident_note",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name="incident_note_incident_id_fkey"
        ),
        sa.PrimaryKeyConstraint("id", name="incident_note_pkey"),
    )
    op.create_index("incident_note_incident_id_ix", "incident_note", ["incident_id"])
    _part_texts_from_codes()


def _part_texts_from_codes() -> None:
    op.execute(CODED)
    op.execute(NOTES)
    for path, where in IN_FACTS.items():
        said = f"body #>> '{path}'"
        op.execute(
            f"""UPDATE journal SET body =
                  jsonb_set(body::jsonb, '{path}', to_jsonb(pg_temp.coded({said})))::json
                WHERE {where} AND pg_temp.coded({said}) <> {said}"""
        )
    for table, column in IN_ROWS.items():
        op.execute(
            f"""UPDATE {table} SET {column} = pg_temp.coded({column})
                WHERE pg_temp.coded({column}) <> {column}"""
        )
    op.execute("DROP FUNCTION pg_temp.coded(text)")


def downgrade() -> None:
    """Undo; codes stay."""
    op.drop_table("incident_note")
