import { describe, expect, test } from "vitest";
import { apply, EMPTY } from "../src/board";
import { circle } from "../src/map/geometry";
import { sceneOf } from "../src/map/scene";
import type { Snapshot } from "../src/types";
import { assignment, at, incident, offer, position, snapshot, T0, unit } from "./make";

const WORDS = { unit: () => "unit", age: (s: number) => `${s} s`, priority: String };

function scene(board: Partial<Snapshot["board"]>, chosen = {}, nowMs = Date.parse(T0)) {
  const live = apply(EMPTY, snapshot(1, board));
  return sceneOf(live, { incidentId: null, exact: null, ...chosen }, nowMs, WORDS);
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

  test("a stale position is hollow and says its age", () => {
    const { units } = scene({ units: [unit()], positions: [position(1)] }, {}, Date.parse(at(500)));
    expect(units.features[0]?.properties).toMatchObject({ icon: "circle-available-hollow", label: "unit\n500 s" });
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
