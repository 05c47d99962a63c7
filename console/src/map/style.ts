/** The map's look: no tiles, only the counties as polygons and what the board holds. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { GeoJSONSourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Ground } from "../rest";
import { collection, SLOTS } from "./scene";

export const FONT = "Vazirmatn Variable";
const LIVE_SOURCES = ["areas", "accuracies", "lines", "incidents", "alarms", "units", "exact"] as const;

/** Between units that stand side by side at their centre, in units of their icons' pixels. */
const SLOT_PX = 28;

/** Farther out an area is smaller than its incident's ring. */
const AREAS_FROM_ZOOM = 9;

export type Colour = (name: string) => string;
type Word = (named: { name_fa: string; name_en: string }) => string;

export function styleOf(ground: Ground, colour: Colour, word: Word): StyleSpecification {
  const live = LIVE_SOURCES.map((name) => [name, geojson(collection([]))]);
  return {
    version: 8,
    sources: {
      counties: geojson(ground.counties),
      names: geojson(countyNames(ground, word)),
      centres: geojson(centres(ground, word)),
      ...Object.fromEntries(live),
    },
    layers: layers(colour),
  };
}

function geojson(data: GeoJSONSourceSpecification["data"]): GeoJSONSourceSpecification {
  return { type: "geojson", data };
}

function countyNames(ground: Ground, word: Word) {
  return collection(
    ground.counties.features.map(({ properties }) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [properties.label_lon, properties.label_lat] },
      properties: { label: word(properties) },
    })),
  );
}

function centres(ground: Ground, word: Word) {
  return collection(
    ground.centres.map((centre) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [centre.lon, centre.lat] },
      properties: { label: word(centre) },
    })),
  );
}

function byPriority(colour: Colour): ExpressionSpecification {
  const shade = (level: number) => colour(`priority-${level}`);
  return ["match", ["get", "priority"], 1, shade(1), 2, shade(2), 3, shade(3), shade(4)];
}

function text(colour: Colour, field: string, size: number, ink: string): Partial<LayerSpecification> {
  return {
    type: "symbol",
    layout: { "text-field": ["get", field], "text-font": [FONT], "text-size": size },
    paint: {
      "text-color": colour(ink),
      "text-halo-color": colour("map-halo"),
      "text-halo-width": 1.5,
    },
  };
}

function layers(colour: Colour): LayerSpecification[] {
  const chosen: ExpressionSpecification = ["get", "chosen"];
  const offered: ExpressionSpecification = ["==", ["get", "kind"], "offered"];
  const names = text(colour, "label", 14, "map-label");
  const unitNames = text(colour, "label", 14, "text");
  const digits = text(colour, "label", 16, "text");
  return [
    { id: "ground", type: "background", paint: { "background-color": colour("map-ground") } },
    { id: "counties", type: "fill", source: "counties", paint: { "fill-color": colour("map-county") } },
    { id: "borders", type: "line", source: "counties", paint: { "line-color": colour("map-line"), "line-width": 1.2 } },
    { ...names, id: "names", source: "names" } as LayerSpecification,
    {
      id: "centres",
      type: "symbol",
      source: "centres",
      layout: { "icon-image": "centre", "icon-allow-overlap": true },
    },
    { id: "areas", type: "fill", source: "areas", minzoom: AREAS_FROM_ZOOM, paint: { "fill-color": byPriority(colour), "fill-opacity": ["case", chosen, 0.18, 0.07] } },
    { id: "area-edges", type: "line", source: "areas", minzoom: AREAS_FROM_ZOOM, paint: { "line-color": byPriority(colour), "line-width": ["case", chosen, 1.6, 0.6], "line-dasharray": [3, 2] } },
    { id: "accuracies", type: "fill", source: "accuracies", paint: { "fill-color": colour("accent"), "fill-opacity": ["case", chosen, 0.16, 0.07] } },
    { id: "accuracy-edges", type: "line", source: "accuracies", paint: { "line-color": colour("accent"), "line-width": ["case", chosen, 1.6, 0.8], "line-dasharray": [2, 2] } },
    { id: "offered-lines", type: "line", source: "lines", filter: offered, paint: { "line-color": colour("offered"), "line-width": 2, "line-dasharray": [2, 2] } },
    { id: "sent-lines", type: "line", source: "lines", filter: ["!", offered], paint: { "line-color": colour("en-route"), "line-width": 2.5 } },
    {
      id: "incidents",
      type: "circle",
      source: "incidents",
      paint: {
        "circle-radius": ["+", ["match", ["get", "priority"], 1, 18, 2, 16, 14], ["case", chosen, 4, 0]],
        "circle-color": byPriority(colour),
        "circle-opacity": ["case", chosen, 0.3, 0.12],
        "circle-stroke-color": byPriority(colour),
        "circle-stroke-width": ["match", ["get", "priority"], 1, 5, 2, 3.5, 2.5],
      },
    },
    { id: "alarms", type: "circle", source: "alarms", paint: { "circle-radius": 22, "circle-color": colour("danger"), "circle-opacity": 0.25, "circle-stroke-color": colour("danger"), "circle-stroke-width": 5 } },
    { id: "chosen-unit", type: "circle", source: "units", filter: ["all", chosen, ["==", ["get", "slot"], 0]], paint: { "circle-radius": 16, "circle-color": colour("focus"), "circle-opacity": 0.12, "circle-stroke-color": colour("focus"), "circle-stroke-width": 2 } },
    { id: "exact-radius", type: "fill", source: "exact", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour("warn"), "fill-opacity": 0.12 } },
    { id: "exact-radius-edge", type: "line", source: "exact", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": colour("warn"), "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "exact", type: "symbol", source: "exact", filter: ["==", ["geometry-type"], "Point"], layout: { "icon-image": "exact", "icon-anchor": "bottom", "icon-allow-overlap": true } },
    withIcon({ ...unitNames, id: "units", source: "units" } as LayerSpecification),
    onTop({ ...digits, id: "incident-digits", source: "incidents" } as LayerSpecification),
  ];
}

/** The priority at the ring's corner, whatever lies beneath: a unit may stand inside the ring. */
function onTop(layer: LayerSpecification): LayerSpecification {
  const layout = {
    ...layer.layout,
    "text-offset": [1.3, -1.1],
    "text-allow-overlap": true,
    "text-ignore-placement": true,
  };
  return { ...layer, layout } as LayerSpecification;
}

/** Units without a position of their own stand in a row beneath the house of their centre. */
function bySlot(): ExpressionSpecification {
  const slots = Array.from({ length: SLOTS }, (_, i) => [i + 1, ["literal", [SLOT_PX * i, SLOT_PX]]]);
  return ["match", ["get", "slot"], ...slots.flat(), ["literal", [0, 0]]] as unknown as ExpressionSpecification;
}

/** The unit's shape always, its name where there is room. */
function withIcon(layer: LayerSpecification): LayerSpecification {
  const layout = {
    ...layer.layout,
    "icon-image": ["get", "icon"],
    "icon-offset": bySlot(),
    "icon-allow-overlap": true,
    "icon-ignore-placement": true,
    "text-optional": true,
    "text-anchor": "top",
    "text-offset": ["match", ["get", "slot"], 0, ["literal", [0, 0.9]], ["literal", [0, 2.9]]],
    "text-line-height": 1.3,
  };
  return { ...layer, layout } as LayerSpecification;
}
