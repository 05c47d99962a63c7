"""An incident's timeline: its facts as the journal keeps them."""

from collections.abc import Iterable

from kit.codec import encode
from kit.journal import Row


def fact_json(row: Row, number: str) -> str:
    """Return a stored fact as the wire's JSON; ``number`` is its leading member, ``"seq":7``."""
    head = encode({"kind": row.kind, "at": row.at, "by": row.by}).decode()
    body = row.body.strip()
    rest = "" if body == "{}" else "," + body[1:-1]
    return f"{{{number},{head[1:-1]}{rest}}}"


def timeline_json(rows: Iterable[Row]) -> str:
    """Return ``{"facts": […]}``, each fact under its journal ``id``."""
    facts = ",".join(fact_json(row, f'"id":{row.id}') for row in rows)
    return f'{{"facts":[{facts}]}}'
