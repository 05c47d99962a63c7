import { describe, expect, test } from "vitest";
import { apply, EMPTY } from "../src/board";
import { acknowledge, afterFact, type Alarm, alarmedUnits, inOrder, onBoard, stillTold } from "../src/desk/alarms";
import { type Draft, emptyDraft, faultOf, incidentOf } from "../src/desk/draft";
import { afterFact as logged, type Log } from "../src/desk/log";
import { commandOf } from "../src/desk/keys";
import { gaps } from "../src/desk/gaps";
import { correctionOf, fieldsOf, sentWith } from "../src/desk/record/correction";
import { etas, nearest, queueOrder, tint, unitOrder } from "../src/desk/order";
import type { Excluded, Recommendation, TimelineFact } from "../src/rest";
import type { CountyCover, Incident, Reason } from "../src/types";
import { alarm, assignment, at, fact, facts, incident, offer, snapshot, T0, task, unit } from "./make";

const T0_MS = Date.parse(T0);
const board = (...incidents: Incident[]) => apply(EMPTY, snapshot(1, { incidents }));

describe("alarms", () => {
  const late = alarm({ id: 4, kind: "waiting", unit_id: null, incident_id: 1, reason: "unassigned" });
  const waiting = apply(EMPTY, snapshot(1, { incidents: [incident({ priority: 1 })], alarms: [late] }));

  test("what the board carries of an incident stands, under its cause, until somebody has answered it", () => {
    const [raised] = onBoard([], waiting);
    expect(raised).toMatchObject({ id: 4, cause: "waiting", level: "high", incidentId: 1, unitId: null, reason: "unassigned" });
    expect(alarmedUnits(waiting).size).toBe(0);
    const sent = alarm({ ...late, acknowledged_at: at(5), acknowledged_by: "system" });
    const over = apply(waiting, facts(fact(2, { kind: "alarm_acknowledged", alarm: sent })));
    expect(onBoard([raised!], over)).toEqual([]);
  });

  test.each(["declined", "expired"] as const)("an offer %s, until seen or no longer waiting", (end) => {
    const ended = fact(2, { kind: `offer_${end}`, offer: offer({ status: end, reason: "far" }) });
    const raised = afterFact([], ended);
    expect(raised[0]).toMatchObject({ cause: `offer_${end}`, level: "medium", unitId: 1, reason: "far" });
    expect(afterFact(raised, ended)).toHaveLength(1);
    expect(onBoard(raised, board(incident()))).toHaveLength(1);
    expect(onBoard(raised, board(incident({ status: "responding" })))).toEqual([]);
    expect(onBoard(acknowledge(raised, raised[0]!.key), board(incident()))).toEqual([]);
  });

  test("a call for help is the board's: high, the same at every desk, until somebody has answered it", () => {
    const calling = apply(EMPTY, snapshot(1, { units: [unit({ id: 7 })], alarms: [alarm({ id: 3, unit_id: 7 })] }));
    const raised = onBoard([], calling);
    expect(raised).toHaveLength(1);
    expect(raised[0]).toMatchObject({ id: 3, cause: "sos", level: "high", unitId: 7, incidentId: null, raisedAt: T0_MS });
    expect([...alarmedUnits(calling)]).toEqual([7]);
    const again = apply(calling, facts(fact(2, { kind: "unit_alarmed", alarm: alarm({ id: 3, unit_id: 7, times: 2 }) })));
    expect(onBoard(raised, again)).toBe(raised);
    const seen = alarm({ id: 3, unit_id: 7, acknowledged_at: at(5), acknowledged_by: "other" });
    const over = apply(again, facts(fact(3, { kind: "alarm_acknowledged", alarm: seen })));
    expect(onBoard(raised, over)).toEqual([]);
    expect(alarmedUnits(over).size).toBe(0);
  });

  test("who has answered is told for a minute", () => {
    const seen = [alarm({ acknowledged_at: at(0) }), alarm({ id: 2, acknowledged_at: at(30) })];
    expect(stillTold(seen, T0_MS + 59_000)).toEqual(seen);
    expect(stillTold(seen, T0_MS + 60_000)).toEqual(seen.slice(1));
  });

  test("other facts raise nothing", () => {
    expect(afterFact([], fact(2, { kind: "offer_accepted", offer: offer({ status: "accepted" }) }))).toEqual([]);
  });

  test("the unseen and the high come first", () => {
    const make = (key: string, level: "high" | "medium", acknowledged: boolean, raisedAt: number): Alarm => ({
      key, level, acknowledged, raisedAt, id: null, cause: "no_unit", incidentId: 1, unitId: null, reason: null,
    });
    const sorted = inOrder([make("a", "high", true, 0), make("b", "medium", false, 1), make("c", "high", false, 3), make("d", "high", false, 2)]);
    expect(sorted.map(({ key }) => key)).toEqual(["d", "c", "b", "a"]);
  });

  test("nothing new is the same list, so that nothing is drawn again", () => {
    const alarms = onBoard([], waiting);
    expect(onBoard(alarms, waiting)).toBe(alarms);
  });
});

describe("requests", () => {
  const asked = apply(EMPTY, snapshot(1, { tasks: [task()] }));

  test("one that nobody has taken calls the desk, until somebody takes it", () => {
    const [alarm] = onBoard([], asked);
    expect(alarm).toMatchObject({ cause: "task_asked", level: "medium", incidentId: 1, reason: "police" });
    const taken = apply(asked, facts(fact(2, { kind: "task_taken", task: task({ status: "taken", taken_by: "desk" }) })));
    expect(onBoard([alarm!], taken)).toEqual([]);
    expect(taken.tasks.size).toBe(1);
  });

  test("one that is over leaves the board", () => {
    const done = task({ status: "done", ended_at: at(2), ended_by: "desk", reason: "told" });
    expect(apply(asked, facts(fact(2, { kind: "task_done", task: done }))).tasks.size).toBe(0);
  });
});

describe("what happened to a unit", () => {
  test("stands with it, the newest first, no more than six; what is of its job stands there", () => {
    const all = Array.from({ length: 9 }, (_, i) => fact(i, { kind: "unit_placed", unit: unit({ id: 3 }) }));
    const log = all.reduce(logged, new Map() as Log);
    expect(log.get(3)?.map(({ seq }) => seq)).toEqual([8, 7, 6, 5, 4, 3]);
    expect(logged(log, fact(10, { kind: "unit_assigned", unit: unit({ id: 3 }) }))).toBe(log);
    expect(logged(log, fact(11, { kind: "county_crossed" }))).toBe(log);
    const asked = fact(12, { kind: "milestone_suggested", assignment: assignment({ unit_id: 4 }) });
    expect(logged(log, asked).get(4)).toEqual([asked]);
  });
});

describe("order", () => {
  const left = (unit_id: number, eta_s: number | null, reason: Reason = "not_available") =>
    ({ unit_id, eta_s, reasons: [{ reason, detail: "" }] }) as Excluded;

  test("the queue goes by priority, then by age", () => {
    const queue = queueOrder([
      incident({ id: 1, priority: 3 }),
      incident({ id: 2, priority: 1, opened_at: at(50) }),
      incident({ id: 3, priority: 1, opened_at: at(10) }),
    ]);
    expect(queue.map(({ id }) => id)).toEqual([3, 2, 1]);
  });

  test("of one priority, what only wants closing stands after what needs a team", () => {
    const queue = queueOrder([
      incident({ id: 1, priority: 1, status: "cleared", opened_at: at(0) }),
      incident({ id: 2, priority: 1, opened_at: at(50) }),
      incident({ id: 3, priority: 2, opened_at: at(0) }),
    ]);
    expect(queue.map(({ id }) => id)).toEqual([2, 1, 3]);
  });

  test.each([
    [1, 29, "fresh"],
    [1, 30, "ageing"],
    [1, 60, "late"],
    [2, 299, "ageing"],
    [3, 900, "late"],
    [4, 99_999, "fresh"],
  ] as const)("priority %d after %d s is %s", (priority, age, expected) => {
    expect(tint(incident({ priority }), age)).toBe(expected);
  });

  test("an incident that has a unit does not age", () => {
    expect(tint(incident({ priority: 1, status: "responding" }), 9999)).toBe("fresh");
  });

  test("units go by time to the incident, then by status, then by code", () => {
    const units = [
      unit({ id: 1, code: "A-10", status: "available" }),
      unit({ id: 2, code: "A-2", status: "available" }),
      unit({ id: 3, code: "A-1", status: "off_duty" }),
      unit({ id: 4, code: "Z-9", status: "on_scene" }),
    ];
    expect(unitOrder(units, new Map()).map(({ id }) => id)).toEqual([2, 1, 4, 3]);
    expect(unitOrder(units, new Map([[4, 60], [1, 90]])).map(({ id }) => id)).toEqual([4, 1, 2, 3]);
  });

  test("times to an incident come from the ranked and the excluded alike", () => {
    const made = {
      ranked: [{ unit_id: 1, eta_s: 60 }],
      excluded: [left(2, 30), left(3, null), left(4, 10, "off_shift")],
    } as unknown as Recommendation;
    expect([...etas(made)]).toEqual([[1, 60], [2, 30]]);
    expect(etas(undefined).size).toBe(0);
  });

  test("the nearest of those left out has a place and somebody who drives it", () => {
    const all = [left(1, 90), left(2, 30), left(3, null), left(4, 10, "off_shift")];
    expect(nearest(all)?.unit_id).toBe(2);
    expect(nearest(all.slice(2))).toBeUndefined();
  });

});

describe("a call being written", () => {
  const draft = (change: Partial<Draft>): Draft => ({ ...emptyDraft(new Date(T0)), ...change });

  test("needs a place that can be read and a group, and nothing of the caller", () => {
    expect(faultOf(draft({}))).toBe("place");
    expect(faultOf(draft({ lat: "north", lon: "50" }))).toBe("number");
    expect(faultOf(draft({ lat: "34", lon: "50", uncertainty: "much" }))).toBe("radius");
    expect(faultOf(draft({ lat: "۳۴٫۱", lon: "٥٠" }))).toBe("group");
    expect(faultOf(draft({ lat: "۳۴٫۱", lon: "٥٠", group: "g" }))).toBeNull();
  });

  test("sends what was written, and leaves out what was not", () => {
    const written = draft({ lat: "۳۴٫۱", lon: "50", group: "g", priority: "1", callerPhone: "۰۹۱۸", address: "  " });
    expect(incidentOf(written)).toEqual({
      lat: 34.1, lon: 50, group: "g", priority: 1, needs: [], flags: [], caller_phone: "0918", channel: "walk_in",
    });
  });

  test("of another priority than the suggested one wants a reason", () => {
    const whole = { lat: "34", lon: "50", group: "g", priority: "2" };
    expect(faultOf(draft(whole), 2)).toBeNull();
    expect(faultOf(draft(whole), null)).toBeNull();
    expect(faultOf(draft(whole), 1)).toBe("reason");
    expect(faultOf(draft({ ...whole, priorityReason: "calmer" }), 1)).toBeNull();
    expect(incidentOf(draft({ ...whole, priorityReason: "calmer" }))).toMatchObject({ priority_reason: "calmer" });
  });

  test("of a call has its instants and channel from the call", () => {
    const sent = incidentOf(draft({ lat: "34.1", lon: "50", group: "g", callId: 7, channel: "110" }));
    expect(sent).toMatchObject({ call_id: 7 });
    expect(sent).not.toHaveProperty("channel");
    expect(sent).not.toHaveProperty("answered_at");
  });
});

describe("keys", () => {
  const key = (code: string, held: object = {}) => ({ code, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });

  test("go by their place, whatever the layout writes", () => {
    expect(commandOf(key("KeyG"), false)).toBe("map");
    expect(commandOf(key("Slash", { shiftKey: true }), false)).toBe("help");
  });

  test("letters and arrows belong to what is being written; function keys do not", () => {
    expect(commandOf(key("KeyG"), true)).toBeNull();
    expect(commandOf(key("ArrowDown"), true)).toBeNull();
    expect(commandOf(key("F2"), true)).toBe("new");
    expect(commandOf(key("F7"), true)).toBe("call");
    expect(commandOf(key("KeyA"), false)).toBe("answer");
    expect(commandOf(key("KeyA"), true)).toBeNull();
    expect(commandOf(key("Escape"), true)).toBe("back");
  });

  test.each(["F1", "F3", "F5", "F6", "F11", "F12"])("%s stays the browser's", (code) => {
    expect(commandOf(key(code), false)).toBeNull();
  });

  test("a key held with another is not ours", () => {
    expect(commandOf(key("KeyG", { ctrlKey: true }), false)).toBeNull();
  });
});

describe("coverage", () => {
  const county = (change: Partial<CountyCover>): CountyCover => ({
    county: "north",
    population: 1000,
    on_shift: 1,
    free: 1,
    covered: true,
    nearest: 1,
    eta_s: 600,
    ...change,
  });

  test("c3: counties without a free unit in time come first, the most people before fewer", () => {
    const all = [
      county({ county: "fine" }),
      county({ county: "emptied", free: 0 }),
      county({ county: "few", covered: false, population: 10 }),
      county({ county: "unknown", covered: false, population: null, on_shift: 0, free: 0 }),
      county({ county: "many", covered: false, population: 500 }),
      county({ county: "helped by others", on_shift: 0, free: 0 }),
    ];
    expect(gaps(all).map((it) => it.county)).toEqual(["many", "few", "unknown", "emptied"]);
  });
});

describe("what is put right", () => {
  const blank = { value: "", lon: "", uncertainty: "", which: "" };

  test("a place without its whole pair is none, and a radius left blank is not sent", () => {
    expect(correctionOf("place", { ...blank, lon: "49.7" })).toBeNull();
    expect(correctionOf("place", { ...blank, value: "۳۴٫۰۹", lon: "49.7" })).toEqual({ place: { lat: 34.09, lon: 49.7 } });
    expect(correctionOf("place", { value: "34", lon: "49", uncertainty: "0", which: "" })).toEqual({ place: { lat: 34, lon: 49, uncertainty_m: 0 } });
    expect(correctionOf("place", { value: "34", lon: "49", uncertainty: "far", which: "" })).toBeNull();
  });

  test("blanks are nothing, but a text may be emptied", () => {
    for (const field of ["group", "priority", "note", "opened_at", "cleared_at"] as const) expect(correctionOf(field, blank)).toBeNull();
    expect(correctionOf("cleared_at", { ...blank, value: "2026-03-02T08:00" })).toBeNull();
    expect(correctionOf("caller_name", blank)).toEqual({ text: "" });
  });

  test("units that have cleared are found by the timeline, as they stand now, of this incident alone", () => {
    const cleared = assignment({ id: 5, incident_id: 1, cleared_at: at(60) });
    const told = [assignment({ id: 5, incident_id: 1 }), cleared, assignment({ id: 6, incident_id: 2, cleared_at: at(9) })];
    const story = told.map((it, n) => ({ id: n, kind: "milestone_reached", at: at(n), by: "ark-1", assignment: it })) as unknown as TimelineFact[];
    expect(sentWith("cleared_at", 1, story)).toEqual([cleared]);
    expect(sentWith("contact_at", 1, story)).toEqual([]);
  });

  test("the priority is offered of what is closed", () => {
    expect(fieldsOf(incident())).not.toContain("priority");
    expect(fieldsOf(incident({ status: "closed" }))).toContain("priority");
  });
});
