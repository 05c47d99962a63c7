/** What the map shows, as GeoJSON, from the board: a pure function, drawn at most once a second. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { Board } from "../board";
import { fixAge, STALE_AFTER_S } from "../desk/order";
import type { Incident, Position, Unit } from "../types";
import { LOOKS } from "../ui/shapes";
import { circle } from "./geometry";

export interface Words {
  unit: (unit: Unit) => string;
  age: (seconds: number) => string;
  priority: (level: number) => string;
}

export interface Chosen {
  incidentId: number | null;
  /** The exact place of the chosen incident, once it was read. */
  exact: { lat: number; lon: number } | null;
}

export type Scene = Record<"areas" | "lines" | "incidents" | "units" | "exact", FeatureCollection>;

export function sceneOf(board: Board, chosen: Chosen, nowMs: number, words: Words): Scene {
  const incidents = [...board.incidents.values()];
  return {
    areas: collection(incidents.map((it) => area(it, it.id === chosen.incidentId))),
    lines: collection(lines(board)),
    incidents: collection(incidents.map((it) => ring(it, it.id === chosen.incidentId, words))),
    units: collection([...board.units.values()].flatMap((it) => unit(it, board, nowMs, words))),
    exact: collection(
      chosen.exact ? [feature(point(chosen.exact.lat, chosen.exact.lon), {})] : [],
    ),
  };
}

function area({ id, area, priority }: Incident, chosen: boolean): Feature {
  const ring = circle(area.lat, area.lon, area.radius_m);
  return feature({ type: "Polygon", coordinates: [ring] }, { id, priority, chosen });
}

function ring({ id, area, priority }: Incident, chosen: boolean, words: Words): Feature {
  const label = words.priority(priority);
  return feature(point(area.lat, area.lon), { id, priority, chosen, label });
}

function unit(it: Unit, board: Board, nowMs: number, words: Words): Feature[] {
  const position = board.positions.get(it.id);
  if (!position || it.status === "off_duty") return [];
  const age = fixAge(position, nowMs) ?? 0;
  const stale = age > STALE_AFTER_S;
  const { shape, colour } = LOOKS[it.status];
  const icon = `${shape}-${colour}-${stale ? "hollow" : "full"}`;
  const label = stale ? `${words.unit(it)}\n${words.age(age)}` : words.unit(it);
  return [feature(point(position[1], position[2]), { id: it.id, icon, label })];
}

/** From each offered or travelling unit to its incident. */
function lines(board: Board): Feature[] {
  const offered = [...board.offers.values()].map((it) => ({ ...it, kind: "offered" }));
  const sent = [...board.assignments.values()]
    .filter((it) => it.on_scene_at === null)
    .map((it) => ({ ...it, kind: "sent" }));
  return [...offered, ...sent].flatMap(({ incident_id, unit_id, kind }) =>
    line(board.positions.get(unit_id), board.incidents.get(incident_id), kind),
  );
}

function line(from: Position | undefined, to: Incident | undefined, kind: string): Feature[] {
  if (!from || !to) return [];
  const coordinates = [
    [from[2], from[1]],
    [to.area.lon, to.area.lat],
  ];
  return [feature({ type: "LineString", coordinates }, { kind })];
}

function point(lat: number, lon: number): Geometry {
  return { type: "Point", coordinates: [lon, lat] };
}

function feature(geometry: Geometry, properties: Record<string, unknown>): Feature {
  return { type: "Feature", geometry, properties };
}

export function collection(features: Feature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}
