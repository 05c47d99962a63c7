import { beforeEach, describe, expect, test } from "vitest";
import { isDue } from "../src/crew/due";
import { FixBuffer } from "../src/crew/fixes";
import { type CrewAct, Outbox, toldMilestones } from "../src/crew/outbox";
import { mayStandDown, nextSteps, reached, statusAfter } from "../src/job";
import { suggestionOf } from "../src/crew/suggestion";
import { waysOf } from "../src/crew/ways";
import { boxOf, frameOf } from "../src/map/mini";
import type { Track } from "../src/rest";
import type { FixReport, Milestone, UnitStatus } from "../src/types";
import { assignment, at, T0 } from "./make";
import { Shelf } from "./shelf";

type TrackPoint = Track["positions"][number];

let shelf: Shelf;
beforeEach(() => {
  shelf = new Shelf();
});

function report(id: string, milestone: Milestone): CrewAct {
  return { type: "report", id, assignment_id: 1, milestone, device_at: T0, suggested: false };
}

describe("the outbox", () => {
  test("sends one act at a time, in the order of the taps", () => {
    const outbox = new Outbox(shelf, "k");
    outbox.add(report("a", "en_route"));
    outbox.add(report("b", "on_scene"));
    expect(outbox.next()?.id).toBe("a");
    expect(outbox.next()).toBeNull();
    outbox.settle("a");
    expect(outbox.next()?.id).toBe("b");
  });

  test("sends again, unchanged and in order, after the connection was lost", () => {
    const outbox = new Outbox(shelf, "k");
    outbox.add(report("a", "en_route"));
    const sent = outbox.next();
    outbox.add(report("b", "on_scene"));
    outbox.interrupted();
    expect(outbox.next()).toEqual(sent);
  });

  test("survives the page's end", () => {
    const before = new Outbox(shelf, "k");
    before.add(report("a", "en_route"));
    before.add(report("b", "on_scene"));
    before.next();
    const later = new Outbox(shelf, "k");
    expect(later.acts.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(later.next()?.id).toBe("a");
  });

  test("goes on after a refusal, and keeps nothing that was answered", () => {
    const outbox = new Outbox(shelf, "k");
    outbox.add(report("a", "on_scene"));
    outbox.add(report("b", "cleared"));
    outbox.next();
    expect(outbox.settle("a")?.id).toBe("a");
    outbox.next();
    outbox.settle("b");
    expect(outbox.settle("unknown")).toBeNull();
    expect(shelf.kept.size).toBe(0);
  });

  test("tells which milestones of an assignment wait", () => {
    const acts = [report("a", "en_route"), { ...report("b", "cleared"), assignment_id: 2 } as CrewAct];
    expect(toldMilestones(acts, 1)).toEqual(["en_route"]);
  });
});

function fix(n: number): FixReport {
  return {
    fixed_at: at(n),
    lat: 34 + n / 1000,
    lon: 50,
    accuracy_m: 5,
    speed_mps: null,
    heading_deg: null,
    altitude_m: null,
    battery_pct: null,
  };
}

describe("positions on their way", () => {
  test("are kept until the server says that they are durable", () => {
    const buffer = new FixBuffer(shelf, "f");
    buffer.add(fix(1));
    const batch = buffer.next()!;
    expect(batch.fixes).toEqual([fix(1)]);
    expect(buffer.waiting).toBe(1);
    buffer.acknowledged(batch.seq);
    expect(buffer.waiting).toBe(0);
    expect([...shelf.kept.keys()]).toEqual(["f"]);
  });

  test("a batch that was sent never changes; new positions go into the next one", () => {
    const buffer = new FixBuffer(shelf, "f");
    buffer.add(fix(1));
    const sent = structuredClone(buffer.next());
    buffer.add(fix(2));
    buffer.interrupted();
    expect(buffer.next()).toEqual(sent);
    buffer.acknowledged(sent!.seq);
    expect(buffer.next()).toEqual({ type: "fixes", seq: sent!.seq + 1, fixes: [fix(2)] });
  });

  test("a long cut becomes full batches in order, and none is lost or doubled", () => {
    const buffer = new FixBuffer(shelf, "f");
    for (let n = 0; n < 150; n += 1) buffer.add(fix(n));
    const arrived: FixReport[] = [];
    for (let batch = buffer.next(); batch; batch = buffer.next()) {
      arrived.push(...batch.fixes);
      buffer.acknowledged(batch.seq);
    }
    expect(arrived).toEqual(Array.from({ length: 150 }, (_, n) => fix(n)));
  });

  test("survive the page's end with their numbers, and numbers are never used again", () => {
    const before = new FixBuffer(shelf, "f");
    before.add(fix(1));
    const sent = before.next()!;
    before.add(fix(2));
    const later = new FixBuffer(shelf, "f");
    later.add(fix(3));
    const seqs: number[] = [];
    const arrived: FixReport[] = [];
    for (let batch = later.next(); batch; batch = later.next()) {
      seqs.push(batch.seq);
      arrived.push(...batch.fixes);
      later.acknowledged(batch.seq);
    }
    expect(seqs).toEqual([sent.seq, sent.seq + 1, sent.seq + 2]);
    expect(arrived).toEqual([fix(1), fix(2), fix(3)]);
    const last = new FixBuffer(shelf, "f");
    last.add(fix(4));
    expect(last.next()?.seq).toBe(sent.seq + 3);
  });
});

describe("the steps of a job", () => {
  test("one after the other, with the way over a destination", () => {
    const walked: Milestone[] = [];
    for (let next = nextSteps(walked)[0]; next; next = nextSteps(walked)[0]) walked.push(next);
    expect(walked).toEqual(["acknowledged", "en_route", "on_scene", "contact", "cleared"]);
    expect(nextSteps(["acknowledged", "en_route", "on_scene", "contact"])).toContain("transporting");
    expect(nextSteps(["on_scene", "transporting"])).toEqual(["at_destination"]);
    expect(nextSteps(["transporting", "at_destination"])).toEqual(["handed_over", "cleared"]);
  });

  test("what was told but not yet answered counts as done", () => {
    const done = reached(assignment({ acknowledged_at: T0 }), ["en_route"]);
    expect(done).toEqual(["acknowledged", "en_route"]);
    expect(statusAfter(done)).toBe("en_route");
  });

  test("a unit is called off until somebody rides with it", () => {
    expect(["dispatched", "en_route", "on_scene"].every((it) => mayStandDown(it as UnitStatus))).toBe(true);
    expect(mayStandDown("transporting")).toBe(false);
    expect(mayStandDown("at_destination")).toBe(false);
  });
});

describe("B15: how often a position is reported", () => {
  const kept = (seconds: number, metres = 0, speedMps: number | null = 12) => ({
    atMs: Date.parse(T0) + seconds * 1000,
    lat: 34 + metres / 111_195,
    lon: 49.7,
    speedMps,
  });

  test("the first at once, then as the server asks", () => {
    expect(isDue(null, kept(0), 15)).toBe(true);
    expect(isDue(kept(0), kept(14, 200), 15)).toBe(false);
    expect(isDue(kept(0), kept(14.6, 200), 15)).toBe(true);
    expect(isDue(kept(0), kept(5, 60), 5)).toBe(true);
  });

  test("one that stood reports at once when it sets out", () => {
    expect(isDue(kept(0, 0, 0), kept(20, 49), 60)).toBe(false);
    expect(isDue(kept(0, 0, 0), kept(20, 51), 60)).toBe(true);
    expect(isDue(kept(0, 0, null), kept(20, 51), 60)).toBe(true);
    expect(isDue(kept(0, 0, 0), kept(1, 51), 60)).toBe(false);
  });
});

describe("a suggested step", () => {
  const suggested = assignment({ suggested: ["on_scene"] });
  const dismiss: CrewAct = { type: "dismiss", id: "d", assignment_id: 1, milestone: "on_scene" };

  test("is asked about until it was told or dismissed, and never told by itself", () => {
    expect(suggestionOf(suggested, ["en_route"], [])).toBe("on_scene");
    expect(suggestionOf(suggested, ["en_route", "on_scene"], [])).toBeNull();
    expect(suggestionOf(suggested, ["en_route"], [report("a", "on_scene")])).toBeNull();
    expect(suggestionOf(suggested, ["en_route"], [dismiss])).toBeNull();
    expect(suggestionOf(assignment(), [], [])).toBeNull();
  });

  test("of another job was not answered here", () => {
    expect(suggestionOf(assignment({ id: 2, suggested: ["on_scene"] }), [], [dismiss])).toBe("on_scene");
  });

  test("dismissing it is no milestone", () => {
    expect(toldMilestones([dismiss], 1)).toEqual([]);
  });
});

describe("a shift's way", () => {
  test("is broken where there is a gap", () => {
    const at = (lat: number) => [1, lat, 50, null, null, null, 0, 0, null] as TrackPoint;
    const track = { positions: [at(1), at(2), at(3)], segments: [0, 2] };
    expect(waysOf(track)).toEqual([[[50, 1], [50, 2]], [[50, 3]]]);
    expect(waysOf({ positions: [], segments: [] })).toEqual([]);
  });

  test("is drawn whole, north up and as wide as it is high", () => {
    const frame = frameOf(boxOf([[50, 34], [50.5, 34.4]])!, 300, 200);
    expect(frame.y(34.4)).toBeGreaterThan(0);
    expect(frame.y(34)).toBeLessThanOrEqual(200);
    expect(frame.y(34.4)).toBeLessThan(frame.y(34));
    const [east, north] = [frame.x(50.1) - frame.x(50), frame.y(34.1) - frame.y(34.2)];
    expect(east / north).toBeCloseTo(Math.cos((34.2 * Math.PI) / 180), 6);
  });

  test("of one place has some ground around it", () => {
    const frame = frameOf(boxOf([[50, 34]])!, 300, 200);
    expect([frame.x(50), frame.y(34)]).toEqual([150, 100]);
    expect(boxOf([])).toBeNull();
  });
});
