/** A small drawing of places and ways without a map engine: plane figures for an SVG. */
import type { Feature, MultiPolygon, Polygon } from "geojson";

/** [lon, lat], as GeoJSON has it. */
export type Point = readonly [number, number];

/** west, south, east, north in degrees. */
export type Box = readonly [number, number, number, number];

/** The smallest side of a drawing in degrees: a vehicle that stood still is no dot without ground. */
const LEAST_DEG = 0.02;
const MARGIN = 0.1;

export interface Frame {
  width: number;
  height: number;
  x: (lon: number) => number;
  y: (lat: number) => number;
}

/** The box around all points, and around `box` too where it is given; null without any. */
export function boxOf(points: readonly Point[], box: Box | null = null): Box | null {
  const all = box ? [...points, [box[0], box[1]] as Point, [box[2], box[3]] as Point] : points;
  if (all.length === 0) return null;
  const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** A frame of `width` in which the box lies whole, as wide in kilometres as it is high. */
export function frameOf([west, south, east, north]: Box, width: number, height: number): Frame {
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const sides = [((east - west) * squeeze) / width, (north - south) / height, LEAST_DEG / width];
  const perPixel = Math.max(...sides) * (1 + 2 * MARGIN);
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  return {
    width,
    height,
    x: (at) => width / 2 + ((at - lon) * squeeze) / perPixel,
    y: (at) => height / 2 - (at - lat) / perPixel,
  };
}

export function lineOf(frame: Frame, points: readonly Point[]): string {
  return points.map(([lon, lat], i) => `${i ? "L" : "M"}${round(frame.x(lon))} ${round(frame.y(lat))}`).join("");
}

export function areaOf(frame: Frame, { geometry }: Feature<Polygon | MultiPolygon>): string {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.flat() as unknown as Point[][];
  return rings.map((ring) => `${lineOf(frame, ring)}Z`).join("");
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
