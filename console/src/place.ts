/** A unit's place out of its row: where, since when, from whom, and how far it can be trusted. */
import type { Basis, Position, Staleness } from "./types";

export interface Place {
  lat: number;
  lon: number;
  accuracyM: number | null;
  /** Milliseconds since 1970; 0 for a unit of which nothing was heard. */
  fixedAtMs: number;
  heardAtMs: number;
  basis: Basis;
  state: Staleness;
}

/** How a place is drawn: the less it is known, the less ink its shape has. */
export type Fill = "full" | "half" | "hollow" | "dashed";

const FILLS: Record<Staleness, Fill> = { fresh: "full", late: "half", stale: "hollow", silent: "dashed" };

/** A circle of at least this radius is drawn, in metres: below it the shape itself covers it. */
export const POOR_ACCURACY_M = 100;

export function placeOf(row: Position): Place;
export function placeOf(row: Position | undefined): Place | null;
export function placeOf(row: Position | undefined): Place | null {
  if (!row) return null;
  const [, lat, lon, accuracyM, , , fixedAtMs, heardAtMs, basis, state] = row;
  return { lat, lon, accuracyM, fixedAtMs, heardAtMs, basis, state };
}

/** Nobody can say how old a place at the centre is: there is none. */
export function ageOf(place: Place, nowMs: number): number | null {
  return place.basis === "centre" ? null : Math.max(0, (nowMs - place.fixedAtMs) / 1000);
}

export function fillOf(place: Place | null): Fill {
  if (place === null || place.basis === "centre") return "dashed";
  return FILLS[place.state];
}

/** Whether the place is a device's and fresh, so that nothing need be said of it. */
export function isPlain(place: Place): boolean {
  return place.basis === "gps" && place.state === "fresh";
}

export interface PlaceWords {
  staleness: Record<Staleness, string>;
  from: Record<Basis, string>;
  aged: (word: string, age: string) => string;
  silentFor: (age: string) => string;
}

/** What is to be said of a place: how old, by hand, the last known, or none at all. */
export function inWordsOf(
  place: Place,
  nowMs: number,
  words: PlaceWords,
  span: (seconds: number) => string,
): string {
  const age = ageOf(place, nowMs);
  if (age === null) return words.from.centre;
  if (place.basis === "manual") return words.aged(words.from.manual, span(age));
  if (place.state === "silent") return words.silentFor(span((nowMs - place.heardAtMs) / 1000));
  return words.aged(words.staleness[place.state], span(age));
}
