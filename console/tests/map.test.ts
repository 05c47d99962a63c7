import { describe, expect, test } from "vitest";
import { apply, EMPTY } from "../src/board";
import { circle } from "../src/map/geometry";
import { sceneOf } from "../src/map/scene";
import type { Place } from "../src/place";
import type { Snapshot } from "../src/types";
import { assignment, incident, offer, position, snapshot, T0, unit } from "./make";

const WORDS = { unit: () => "unit", place: ({ state, basis }: Place) => `${basis} ${state}`, priority: String };
const NOTHING = { incidentId: null, exact: null, unitId: null, alarmed: new Set<number>() };

function scene(board: Partial<Snapshot["board"]>, chosen = {}) {
  const live = apply(EMPTY, snapshot(1, board));
  return sceneOf(live, { ...NOTHING, ...chosen }, WORDS);
}

describe("units on the map", () => {
  test.each([
    ["available", "circle-available-full"],
    ["offered", "diamond-offered-full"],
    ["en_route", "triangle-en-route-full"],
    ["on_scene", "square-on-scene-full"],
    ["out_of_service", "cross-out-full"],
  ] as const)("%s is told by shape and colour", (status, icon) => {
    const { units } = scene({ units: [unit({ status })], positions: [position(1)] });
    expect(units.features[0]?.properties).toMatchObject({ id: 1, icon, label: "unit" });
  });

  test.each([
    ["late", "gps", "half"],
    ["stale", "gps", "hollow"],
    ["silent", "gps", "dashed"],
    ["fresh", "manual", "full-manual"],
    ["stale", "manual", "hollow-manual"],
    ["silent", "centre", "dashed"],
  ] as const)("%s by %s is drawn %s and said", (state, basis, drawn) => {
    const positions = [position(1, 34.5, 50, { state, basis })];
    const { units } = scene({ units: [unit()], positions });
    expect(units.features[0]?.properties).toMatchObject({
      icon: `circle-available-${drawn}`,
      label: `unit\n${basis} ${state}`,
    });
  });

  test("those without a position stand side by side at their centre, each of them", () => {
    const units = [1, 2, 3].map((id) => unit({ id, centre: id === 3 ? "south-1" : "north-1" }));
    const positions = units.map(({ id }) => position(id, 34.5, 50, { basis: "centre", state: "silent" }));
    expect(scene({ units, positions }).units.features.map((it) => it.properties?.slot)).toEqual([1, 2, 1]);
  });

  test("a poor accuracy is a circle, a good one only of the chosen unit", () => {
    const board = { units: [unit(), unit({ id: 2 })], positions: [position(1), position(2, 34, 50, { accuracyM: 800 })] };
    const ids = (chosen: object) => scene(board, chosen).accuracies.features.map((it) => it.properties?.id);
    expect(ids({})).toEqual([2]);
    expect(ids({ unitId: 1 })).toEqual([1, 2]);
  });

  test("a unit that calls for help is ringed", () => {
    const board = { units: [unit(), unit({ id: 2 })], positions: [position(1), position(2)] };
    const { alarms } = scene(board, { alarmed: new Set([2]) });
    expect(alarms.features.map((it) => it.properties?.id)).toEqual([2]);
  });

  test("nobody is shown off duty or without a position", () => {
    const { units } = scene({ units: [unit({ status: "off_duty" }), unit({ id: 2 })], positions: [position(1)] });
    expect(units.features).toEqual([]);
  });
});

describe("incidents on the map", () => {
  test("stand at their coarse place; the exact one only once it was read", () => {
    const before = scene({ incidents: [incident()] }, { incidentId: 1 });
    expect(before.incidents.features[0]?.geometry).toEqual({ type: "Point", coordinates: [50, 34.5] });
    expect(before.incidents.features[0]?.properties).toMatchObject({ chosen: true, priority: 2 });
    expect(before.exact.features).toEqual([]);
    const after = scene({ incidents: [incident()] }, { exact: { lat: 34.51, lon: 50.01 } });
    expect(after.exact.features[0]?.geometry).toEqual({ type: "Point", coordinates: [50.01, 34.51] });
  });

  test("a line leads from the offered or travelling unit, and ends when it is there", () => {
    const base = { incidents: [incident()], units: [unit()], positions: [position(1, 34, 49)] };
    const kinds = (board: object) => scene({ ...base, ...board }).lines.features.map((it) => it.properties?.kind);
    expect(kinds({ offers: [offer()] })).toEqual(["offered"]);
    expect(kinds({ assignments: [assignment()] })).toEqual(["sent"]);
    expect(kinds({ assignments: [assignment({ on_scene_at: T0 })] })).toEqual([]);
    expect(kinds({ offers: [offer({ unit_id: 9 })] })).toEqual([]);
  });
});

describe("a circle on the globe", () => {
  test("is closed and as wide as it says", () => {
    const ring = circle(34.5, 50, 1000);
    expect(ring[0]).toEqual(ring.at(-1));
    const east = (ring[0]![0]! - 50) * 111_320 * Math.cos((34.5 * Math.PI) / 180);
    expect(east).toBeCloseTo(1000, 3);
  });
});
