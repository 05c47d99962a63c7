"""HTTP of reviews: draw a sample, keep what was found, read what was written."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from dispatch.reviews import actions, queries
from dispatch.reviews.schemas import ReviewIn, ReviewNote
from geo import queries as ground
from kit.clock import now
from kit.codec import encode
from kit.errors import invalid
from kit.idempotency import created
from kit.shapes import Id
from kit.web import Db, IdempotencyKey, LongReading, PlannerOrAdministrator, Today, json, returns

router = APIRouter(tags=["reviews"])
MAX_DAYS = 3660
Seed = Annotated[str, Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Size = Annotated[int, Query(ge=1, le=500)]


@router.get("/reviews/sample", **returns("SampleView"))
async def sample(
    request: Request,
    conn: LongReading,
    _: PlannerOrAdministrator,
    seed: Seed,
    first: date,
    last: date,
    size: Size = 20,
    by: Literal["none", "priority", "county"] = "none",
) -> Response:
    """Draw a sample of the incidents closed on the days ``first`` to ``last``; the seed decides."""
    if not 0 <= (last - first).days < MAX_DAYS or last == date.max:
        raise invalid("last", f"from the first day on, at most {MAX_DAYS} days")
    zone = request.app.state.settings.time_zone
    found = await queries.sample(conn, seed, first, last, size=size, by=by, zone=zone)
    return json(encode(found))


@router.post("/incidents/{incident_id}/reviews", **returns("ReviewView", 201))
async def record(
    incident_id: Id,
    body: ReviewIn,
    request: Request,
    db: Db,
    actor: PlannerOrAdministrator,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Keep what a review of a closed incident found; nobody reviews their own."""

    async def make() -> str:
        items, marks = list(body.marks), list(body.marks.values())
        await ground.require_codes(
            conn, today, marks=("review_item", items), mark=("review_mark", marks)
        )
        review_id = await actions.record(
            conn,
            incident_id,
            body.marks,
            seed=body.seed,
            note=body.note,
            now=now(),
            by=actor.name,
        )
        return await queries.review(conn, review_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/reviews/{review_id}/note")
async def note(review_id: Id, db: Db, actor: PlannerOrAdministrator) -> ReviewNote:
    """Return what a reviewer wrote; each read is written down."""
    async with db.write() as conn:
        text = await actions.read_note(conn, review_id, now=now(), by=actor.name, role=actor.role)
    return ReviewNote(note=text)
