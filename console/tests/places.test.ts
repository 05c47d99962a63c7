import { describe, expect, test } from "vitest";
import { apply, EMPTY } from "../src/board";
import { sceneOf } from "../src/map/scene";
import { enPlaces } from "../src/text/en.places";
import { faPlaces } from "../src/text/fa.places";
import { snapshot } from "./make";

const WORDS = { unit: () => "unit", place: () => "", priority: String };

function exact(place: { lat: number; lon: number; uncertaintyM?: number } | null) {
  const chosen = { incidentId: null, exact: place, unitId: null, alarmed: new Set<number>() };
  return sceneOf(apply(EMPTY, snapshot(1, {})), chosen, WORDS).exact.features;
}

describe("A5: a place on the map", () => {
  test("stands under its pin, within the circle of its uncertainty", () => {
    const [ring, pin] = exact({ lat: 34, lon: 50, uncertaintyM: 1112 });
    expect(pin?.geometry).toEqual({ type: "Point", coordinates: [50, 34] });
    expect(ring?.geometry.type).toBe("Polygon");
    const lats = ring?.geometry.type === "Polygon" ? ring.geometry.coordinates[0]!.map(([, lat]) => lat!) : [];
    expect(Math.max(...lats)).toBeCloseTo(34.01, 3);
  });

  test("that is sure has no circle", () => {
    expect(exact({ lat: 34, lon: 50, uncertaintyM: 0 })).toHaveLength(1);
    expect(exact({ lat: 34, lon: 50 })).toHaveLength(1);
    expect(exact(null)).toEqual([]);
  });
});

test("every sentence about places is there in both languages", () => {
  const keys = (table: object): string[] =>
    Object.entries(table).flatMap(([key, value]) =>
      typeof value === "object" ? keys(value as object).map((inner) => `${key}.${inner}`) : [key],
    );
  expect(keys(enPlaces)).toEqual(keys(faPlaces));
});
