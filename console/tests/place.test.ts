import { describe, expect, test } from "vitest";
import { ageOf, fillOf, inWordsOf, isPlain, type Place, placeOf } from "../src/place";
import { en } from "../src/text/en";
import { position, T0 } from "./make";

const T0_MS = Date.parse(T0);
const NOW_MS = T0_MS + 300_000;
const span = (seconds: number) => `${seconds} s`;
const place = (change: Partial<Place> = {}) => placeOf(position(1, 34.5, 50, change));
const said = (change: Partial<Place>) => inWordsOf(place(change), NOW_MS, en.place, span);

describe("a unit's place", () => {
  test("is read from its row", () => {
    expect(place({ accuracyM: 7 })).toMatchObject({ lat: 34.5, lon: 50, accuracyM: 7, basis: "gps", state: "fresh" });
    expect(placeOf(undefined)).toBeNull();
  });

  test("ages, and is never from the future; at the centre it has no age", () => {
    expect(ageOf(place(), NOW_MS)).toBe(300);
    expect(ageOf(place(), T0_MS - 5_000)).toBe(0);
    expect(ageOf(place({ basis: "centre" }), NOW_MS)).toBeNull();
  });

  test("is said by what is known of it", () => {
    expect(said({})).toBe("fresh, 300 s ago");
    expect(said({ state: "late" })).toBe("late, 300 s ago");
    expect(said({ state: "stale" })).toBe("last known, 300 s ago");
    expect(said({ state: "stale", basis: "manual" })).toBe("set by hand, 300 s ago");
    expect(said({ basis: "centre", fixedAtMs: 0 })).toBe("at its centre; no position yet");
  });

  test("silence counts from the last sign of life, not from the last position", () => {
    expect(said({ state: "silent", heardAtMs: T0_MS + 100_000 })).toBe("silent for 200 s");
  });

  test("only a device's fresh one goes without saying", () => {
    expect(isPlain(place())).toBe(true);
    expect([{ state: "late" }, { basis: "manual" }, { basis: "centre" }].map((it) => isPlain(place(it as Partial<Place>)))).toEqual([false, false, false]);
  });

  test("has less ink the less it is known; none is as little as silence", () => {
    const states = ["fresh", "late", "stale", "silent"] as const;
    expect(states.map((state) => fillOf(place({ state })))).toEqual(["full", "half", "hollow", "dashed"]);
    expect([null, place({ basis: "centre" })].map(fillOf)).toEqual(["dashed", "dashed"]);
  });
});
