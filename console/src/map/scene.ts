/** What the map shows, as GeoJSON, from the board: a pure function, drawn at most once a second. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { Board } from "../board";
import { fillOf, isPlain, type Place, placeOf, POOR_ACCURACY_M } from "../place";
import type { Incident, Position, Unit } from "../types";
import { LOOKS } from "../ui/shapes";
import { circle } from "./geometry";

export interface Words {
  unit: (unit: Unit) => string;
  /** What is to be said of a place that is not simply fresh. */
  place: (place: Place) => string;
  priority: (level: number) => string;
}

export interface Chosen {
  incidentId: number | null;
  /** The exact place of the chosen incident, once it was read, and how far off it may be. */
  exact: { lat: number; lon: number; uncertaintyM?: number } | null;
  unitId: number | null;
  /** The units that call for help and that nobody has answered yet. */
  alarmed: ReadonlySet<number>;
}

/** How many units may stand side by side at a centre; more share the last slot. */
export const SLOTS = 6;

export type Scene = Record<
  "areas" | "accuracies" | "lines" | "incidents" | "alarms" | "units" | "exact",
  FeatureCollection
>;

export function sceneOf(board: Board, chosen: Chosen, words: Words): Scene {
  const incidents = [...board.incidents.values()];
  const units = placed(board);
  return {
    areas: collection(incidents.map((it) => area(it, it.id === chosen.incidentId))),
    lines: collection(lines(board)),
    incidents: collection(incidents.map((it) => ring(it, it.id === chosen.incidentId, words))),
    accuracies: collection(units.flatMap((it) => accuracy(it, it.unit.id === chosen.unitId))),
    alarms: collection(units.filter((it) => chosen.alarmed.has(it.unit.id)).map(alarm)),
    units: collection(units.map((it) => marker(it, it.unit.id === chosen.unitId, words))),
    exact: collection(chosen.exact ? exact(chosen.exact) : []),
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

/** A unit on the map; those at one centre stand side by side in its slots 1, 2, 3 … */
interface Placed {
  unit: Unit;
  place: Place;
  slot: number;
}

function placed(board: Board): Placed[] {
  const atCentre = new Map<string, number>();
  return [...board.units.values()].flatMap((unit) => {
    const place = placeOf(board.positions.get(unit.id));
    if (!place || unit.status === "off_duty") return [];
    if (place.basis !== "centre") return [{ unit, place, slot: 0 }];
    const slot = (atCentre.get(unit.centre) ?? 0) + 1;
    atCentre.set(unit.centre, slot);
    return [{ unit, place, slot: Math.min(slot, SLOTS) }];
  });
}

function marker({ unit, place, slot }: Placed, chosen: boolean, words: Words): Feature {
  const { shape, colour } = LOOKS[unit.status];
  const icon = `${shape}-${colour}-${fillOf(place)}${place.basis === "manual" ? "-manual" : ""}`;
  const name = words.unit(unit);
  const label = isPlain(place) ? name : `${name}\n${words.place(place)}`;
  return feature(point(place.lat, place.lon), { id: unit.id, icon, label, slot, chosen });
}

/** How wrong the place may be: where that is much, and always for the chosen unit. */
function accuracy({ unit, place }: Placed, chosen: boolean): Feature[] {
  const { lat, lon, accuracyM } = place;
  if (accuracyM === null || !(chosen || accuracyM > POOR_ACCURACY_M)) return [];
  const ring = circle(lat, lon, accuracyM);
  return [feature({ type: "Polygon", coordinates: [ring] }, { id: unit.id, chosen })];
}

/** The pin and, where the place is not sure, the circle that it may lie in. */
function exact({ lat, lon, uncertaintyM = 0 }: NonNullable<Chosen["exact"]>): Feature[] {
  const pin = feature(point(lat, lon), {});
  if (!(uncertaintyM > 0)) return [pin];
  return [feature({ type: "Polygon", coordinates: [circle(lat, lon, uncertaintyM)] }, {}), pin];
}

function alarm({ unit, place }: Placed): Feature {
  return feature(point(place.lat, place.lon), { id: unit.id });
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
