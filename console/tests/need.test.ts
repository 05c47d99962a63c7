import { beforeEach, describe, expect, test } from "vitest";
import { RingTone } from "../src/calls/ring.svelte";
import { Kept } from "../src/crew/kept";
import { forgetDrafts, isOver, LastIncident } from "../src/crew/last";
import { type Alarm, loudness } from "../src/desk/alarms";
import { asksTask } from "../src/desk/keys";
import type { Session } from "../src/rest";
import type { UnitState } from "../src/types";
import { Shelf } from "./shelf";

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});

describe("the last incident of a crew (B8)", () => {
  test("only its number is kept, until it is forgotten", () => {
    new LastIncident(shelf, "k").keep(7);
    expect([...shelf.kept.values()]).toEqual(["7"]);
    expect(new LastIncident(shelf, "k").id).toBe(7);
    new LastIncident(shelf, "k").forget();
    expect(new LastIncident(shelf, "k").id).toBeNull();
  });

  test("what it may know ends a grace after the end, and not before there is one", () => {
    expect(isOver(null, 1800)).toBe(false);
    expect(isOver(1799.9, 1800)).toBe(false);
    expect(isOver(1800, 1800)).toBe(true);
    expect(isOver(0, 0)).toBe(true);
  });
});

test("what was written of a person and never sent goes with the place (B8)", () => {
  ["sayyar.scene.7", "sayyar.hand-over.7", "sayyar.referral.3", "sayyar.outbox.ark-1"].forEach((name) => shelf.setItem(name, "x"));
  forgetDrafts(shelf);
  expect([...shelf.kept.keys()]).toEqual(["sayyar.outbox.ark-1"]);
});

describe("what is kept for a page without a network (B5)", () => {
  const crew = { name: "ark-1", role: "crew", unit_id: 3 } as Session;
  const state = { unit: { id: 3 }, offer: null, assignment: null, incident: null } as UnitState;

  test("a crew and its own unit's state, until it signs out", () => {
    const kept = new Kept(shelf);
    kept.keepWho(crew);
    kept.keepState(state);
    expect(new Kept(shelf).who).toEqual(crew);
    expect(new Kept(shelf).state(3)).toEqual(state);
    expect(new Kept(shelf).state(4)).toBeNull();
    kept.forget();
    expect(shelf.kept.size).toBe(0);
  });

  test("nobody of the desk is kept, and whoever was is forgotten", () => {
    const kept = new Kept(shelf);
    kept.keepWho(crew);
    kept.keepWho({ ...crew, role: "dispatcher" });
    expect(kept.who).toBeNull();
  });
});

describe("the tone of ringing calls", () => {
  function rung(tone: RingTone, looks: [boolean, number][]): void {
    looks.forEach(([isRinging, atMs]) => tone.look(isRinging, atMs));
  }

  test("sounds at once, then every four seconds, until nobody rings", () => {
    let times = 0;
    const tone = new RingTone(shelf, () => (times += 1));
    rung(tone, [[false, 0], [true, 1000], [true, 2000], [true, 5000], [false, 6000]]);
    expect(times).toBe(2);
    rung(tone, [[true, 7000]]);
    expect(times).toBe(3);
  });

  test("a desk's silence is remembered, and ends when it says so", () => {
    let times = 0;
    new RingTone(shelf).toggle();
    const tone = new RingTone(shelf, () => (times += 1));
    rung(tone, [[true, 1000], [true, 9000]]);
    expect([tone.muted, times]).toEqual([true, 0]);
    tone.toggle();
    rung(tone, [[true, 10_000]]);
    expect([new RingTone(shelf).muted, times]).toEqual([false, 1]);
  });
});

describe("a call for help that nobody answers (B7)", () => {
  const sos: Alarm = {
    key: "alarm-1",
    id: 1,
    level: "high",
    cause: "sos",
    incidentId: null,
    unitId: 1,
    reason: "sos",
    raisedAt: 0,
    acknowledged: false,
  };

  test("sounds louder once it went on to the supervisor", () => {
    expect(loudness(sos)).toBe("high");
    expect(loudness({ ...sos, reason: "supervisor" })).toBe("urgent");
    expect(loudness({ ...sos, cause: "waiting", reason: "supervisor" })).toBe("high");
  });
});

test("one key makes a prompt a task, but not while somebody writes (A4)", () => {
  const key = { code: "KeyT", shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
  expect(asksTask(key, false)).toBe(true);
  expect(asksTask(key, true)).toBe(false);
  expect(asksTask({ ...key, ctrlKey: true }, false)).toBe(false);
});
