"""The OpenAPI document: every route, and every message of the wire as a schema beside them."""

from inspect import cleandoc
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dispatch.broadcasts.view import BroadcastText
from dispatch.cards.card import Card
from dispatch.coverage.view import CoverageView
from dispatch.diverts.view import DivertView
from dispatch.figures.view import LiveBoardView
from dispatch.handovers.view import HandOverView
from dispatch.history.earlier import Caution, Cautions, History
from dispatch.links.duplicates import Duplicates
from dispatch.links.queries import Links
from dispatch.matching.matching import MatchingView
from dispatch.ownership.view import Ownership
from dispatch.partners.view import RelayView
from dispatch.recommendations.decision import ReplayView
from dispatch.recommendations.ranking import RecommendationView
from dispatch.reviews.view import ReviewView, SampleView
from dispatch.scenes.view import SceneVersionView
from dispatch.triage.triage import Suggestion
from fleet.tracks.schemas import TrackSummary, TrackView
from realtime import protocol

REF = "#/components/schemas/{name}"
WIRE = {
    "ConsoleIn": protocol.ConsoleIn,
    "ConsoleOut": protocol.ConsoleOut,
    "UnitIn": protocol.UnitIn,
    "UnitOut": protocol.UnitOut,
}
VIEWS = (
    RecommendationView,
    Suggestion,
    Card,
    ReplayView,
    DivertView,
    CoverageView,
    MatchingView,
    TrackView,
    TrackSummary,
    TrackView,
    TrackSummary,
    Duplicates,
    Links,
    History,
    Caution,
    Cautions,
    HandOverView,
    SceneVersionView,
    BroadcastText,
    LiveBoardView,
    ReviewView,
    SampleView,
    RelayView,
    Ownership,
)
LISTS = {
    "Units": {"units": "UnitView"},
    "Alarms": {"alarms": "AlarmView"},
    "Calls": {"calls": "CallView"},
    "Tasks": {"tasks": "TaskView"},
    "Incidents": {"incidents": "IncidentView"},
    "Timeline": {"facts": "TimelineFact"},
    "HandOvers": {"hand_overs": "HandOverView"},
    "SceneVersions": {"versions": "SceneVersionView"},
    "Shelters": {"shelters": "ShelterView"},
    "Removals": {"removals": "RemovalView"},
    "Referrals": {"referrals": "ReferralView"},
    "FollowUps": {"follow_ups": "FollowUpView"},
    "Relays": {"relays": "RelayView"},
    "Broadcasts": {"broadcasts": "BroadcastView"},
    "Approvals": {"approvals": "ApprovalView"},
}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document of the application's routes and of the wire."""
    found = get_openapi(
        title="Sayyar",
        version=app.version,
        description="Dispatch and fleet tracking for mobile social-services teams.",
        routes=app.routes,
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(_wire())
    schemas.update({name: _list_of(members) for name, members in LISTS.items()})
    schemas["TimelineFact"] = _timeline_fact(schemas["Fact"])
    _problems(found)
    return found


def _wire() -> dict[str, Any]:
    roots, parts = msgspec.json.schema_components([*WIRE.values(), *VIEWS], ref_template=REF)
    found = {**parts, **dict(zip(WIRE, roots, strict=False))}
    return {name: _undented(part) for name, part in found.items()}


def _undented(part: Any) -> Any:
    """Return a schema whose descriptions have no indent, as from Python 3.13 on they come."""
    if isinstance(part, dict):
        return {key: _undented(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_undented(value) for value in part]
    return cleandoc(part) if isinstance(part, str) else part


def _list_of(members: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(members),
        "properties": {
            name: {"type": "array", "items": {"$ref": REF.format(name=item)}}
            for name, item in members.items()
        },
    }


def _timeline_fact(fact: dict[str, Any]) -> dict[str, Any]:
    """A fact under its journal id: the wire's, with ``id`` in place of ``seq``."""
    properties = {
        ("id" if name == "seq" else name): kind for name, kind in fact["properties"].items()
    }
    required = ["id" if name == "seq" else name for name in fact["required"]]
    return {**fact, "title": "TimelineFact", "properties": properties, "required": required}


def _problems(found: dict[str, Any]) -> None:
    """Say that every refusal is a problem, in place of the framework's own 422."""
    content = {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}}
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "a refusal", "content": content}
    for unused in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(unused, None)
