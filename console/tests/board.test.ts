import { describe, expect, test } from "vitest";
import { apply, asLists, EMPTY } from "../src/board";
import { replay } from "../src/replay";
import type { ConsoleOut } from "../src/types";
import { alarm, assignment, at, fact, facts, incident, offer, position, snapshot, T0, unit } from "./make";

function after(...messages: ConsoleOut[]) {
  return messages.reduce(apply, EMPTY);
}

const tick = (...positions: ReturnType<typeof position>[]): ConsoleOut => ({ type: "tick", at: T0, positions });

describe("snapshot and facts", () => {
  test("facts after a snapshot lead to what a later snapshot says", () => {
    const waiting = incident({ id: 7 });
    const sent = incident({ id: 7, status: "responding" });
    const live = assignment({ id: 3, incident_id: 7 });
    const followed = after(
      snapshot(4, { incidents: [waiting], units: [unit()], positions: [position(1)] }),
      facts(fact(5, { offer: offer({ incident_id: 7 }), unit: unit({ status: "offered" }) })),
      facts(
        fact(6, {
          incident: sent,
          offer: offer({ incident_id: 7, status: "accepted" }),
          assignment: live,
          unit: unit({ status: "dispatched" }),
        }),
      ),
      tick(position(1, 34.6)),
    );
    const taken = after(
      snapshot(6, {
        incidents: [sent],
        assignments: [live],
        units: [unit({ status: "dispatched" })],
        positions: [position(1, 34.6)],
      }),
    );
    expect(followed).toEqual(taken);
  });

  test("a fact that the snapshot already holds changes nothing", () => {
    const board = after(snapshot(9, { incidents: [incident({ priority: 1 })] }));
    const stale = facts(fact(8, { incident: incident({ priority: 4 }) }), fact(9));
    expect(apply(board, stale)).toEqual(board);
  });

  test("of an overlapping message only the new facts count", () => {
    const board = after(snapshot(9, { incidents: [incident({ priority: 1 })] }));
    const overlap = facts(
      fact(9, { incident: incident({ priority: 4 }) }),
      fact(10, { unit: unit({ id: 2 }) }),
    );
    const next = apply(board, overlap);
    expect(next.incidents.get(1)?.priority).toBe(1);
    expect([...next.units.keys()]).toEqual([2]);
    expect(next.seq).toBe(10);
  });

  test("a gap is followed: states are whole", () => {
    const board = after(snapshot(1), facts(fact(5, { incident: incident({ id: 2 }) })));
    expect(board.seq).toBe(5);
    expect(board.incidents.has(2)).toBe(true);
  });

  test("facts before any snapshot count from the first one", () => {
    expect(after(facts(fact(0, { unit: unit() }))).units.size).toBe(1);
  });

  test("a place that a person set comes with its fact", () => {
    const put = position(1, 33.9, 50.1, { basis: "manual" });
    const placed = fact(2, { kind: "unit_placed", unit: unit(), position: put });
    const board = after(snapshot(1, { units: [unit()], positions: [position(1)] }), facts(placed));
    expect(board.positions.get(1)).toEqual(put);
  });

  test("a unit that signs off leaves the map", () => {
    const board = after(
      snapshot(1, { units: [unit({ shift_id: 5 })], positions: [position(1), position(2)] }),
      facts(fact(2, { unit: unit({ status: "off_duty", shift_id: null }) })),
    );
    expect([...board.positions.keys()]).toEqual([2]);
  });

  test("a number of the old stream is not carried into a new one", () => {
    const board = after(snapshot(500), {
      type: "welcome", version: 1, stream: "anew", resumed: false, server_at: T0,
      ping_every_s: 10, dead_after_s: 25, account: "a", role: "dispatcher",
    });
    expect([board.stream, board.seq]).toEqual(["anew", null]);
  });

  test("a snapshot of a new stream replaces everything, though its seq is lower", () => {
    const board = after(
      snapshot(90, { incidents: [incident()], units: [unit()] }),
      { type: "welcome", version: 1, stream: "anew", resumed: false, server_at: T0, ping_every_s: 10, dead_after_s: 25, account: "a", role: "dispatcher" },
      snapshot(2, { units: [unit({ id: 5 })] }),
    );
    expect([board.stream, board.seq]).toEqual(["anew", 2]);
    expect(board.incidents.size).toBe(0);
    expect([...board.units.keys()]).toEqual([5]);
  });
});

describe("what has ended is forgotten", () => {
  const full = snapshot(1, {
    incidents: [incident()],
    offers: [offer()],
    assignments: [assignment()],
    units: [unit()],
    alarms: [alarm()],
  });

  test("an alarm that is said again stays, one that somebody acknowledged goes", () => {
    const again = fact(2, { kind: "unit_alarmed", alarm: alarm({ times: 2 }) });
    const seen = fact(3, { kind: "alarm_acknowledged", alarm: alarm({ acknowledged_at: at(9), acknowledged_by: "desk" }) });
    expect(after(full, facts(again)).alarms.get(1)?.times).toBe(2);
    expect(after(full, facts(again, seen)).alarms.size).toBe(0);
  });

  test("a closed incident goes, a cleared one stays", () => {
    expect(after(full, facts(fact(2, { incident: incident({ status: "cleared" }) }))).incidents.size).toBe(1);
    expect(after(full, facts(fact(2, { incident: incident({ status: "closed" }) }))).incidents.size).toBe(0);
  });

  test("a reopened incident comes back", () => {
    const closed = fact(2, { incident: incident({ status: "closed" }) });
    const reopened = fact(3, { incident: incident({ status: "waiting" }) });
    expect(after(full, facts(closed, reopened)).incidents.get(1)?.status).toBe("waiting");
  });

  test.each(["accepted", "declined", "expired", "withdrawn"] as const)("an offer that is %s goes", (status) => {
    expect(after(full, facts(fact(2, { offer: offer({ status }) }))).offers.size).toBe(0);
  });

  test.each(["cleared_at", "cancelled_at"] as const)("an assignment with %s goes", (instant) => {
    const over = facts(fact(2, { assignment: assignment({ [instant]: at(9) }) }));
    expect(after(full, over).assignments.size).toBe(0);
  });

  test("a unit that signed off stays, off duty", () => {
    const board = after(full, facts(fact(2, { unit: unit({ status: "off_duty" }) })));
    expect(board.units.get(1)?.status).toBe("off_duty");
  });
});

describe("positions", () => {
  test("only the newest of each unit is kept, and others stay", () => {
    const board = after(tick(position(1, 34), position(2, 35)), tick(position(1, 36)));
    expect(asLists(board).positions.map((row) => row[1])).toEqual([36, 35]);
  });

  test.each([
    ["heard a moment later and not stored, it stays however far it drove", 600, 2, 36],
    ["heard much later, as before a withdrawal, it gives way", 600, 60, 34],
    ["an older one gives way", -1, 2, 34],
  ])("what a server that comes back does not know: %s", (_, drivenS, heardS, lat) => {
    const had = position(1, 36, 50, { fixedAtMs: Date.parse(at(drivenS)), heardAtMs: Date.parse(at(heardS)) });
    const board = after(tick(had), snapshot(1, { units: [unit()], positions: [position(1, 34)] }));
    expect(board.positions.get(1)?.[1]).toBe(lat);
  });
});

describe("messages never change a board in place", () => {
  test("an earlier board stays what it was", () => {
    const before = after(snapshot(1, { incidents: [incident()] }));
    apply(before, facts(fact(2, { incident: incident({ status: "closed" }) })));
    expect(before.incidents.size).toBe(1);
  });
});

describe("replay", () => {
  test("recorded frames become lists in order of id; other messages are passed over", () => {
    const frames = [
      snapshot(1, { incidents: [incident({ id: 9 }), incident({ id: 2 })] }),
      { type: "pong", n: 1, server_at: T0 },
      facts(fact(2, { incident: incident({ id: 5 }) })),
    ];
    const board = replay(`${frames.map((it) => JSON.stringify(it)).join("\n")}\n`);
    expect(board.incidents.map(({ id }) => id)).toEqual([2, 5, 9]);
    expect(Object.keys(board)).toEqual(["incidents", "offers", "assignments", "units", "alarms", "tasks", "removals", "referrals", "follow_ups", "shelters", "broadcasts", "approvals", "positions", "calls"]);
  });
});
