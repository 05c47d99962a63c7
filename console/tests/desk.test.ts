import { describe, expect, test } from "vitest";
import { apply, EMPTY } from "../src/board";
import { acknowledge, afterFact, type Alarm, alarmedUnits, atInstant, inOrder, keepAlarms, keptAlarms } from "../src/desk/alarms";
import { type Draft, emptyDraft, faultOf, incidentOf } from "../src/desk/draft";
import { afterFact as logged, type Log } from "../src/desk/log";
import { commandOf } from "../src/desk/keys";
import { etas, nearest, queueOrder, tint, unitOrder } from "../src/desk/order";
import type { Excluded, Recommendation } from "../src/rest";
import type { Incident, Reason } from "../src/types";
import { assignment, at, fact, incident, offer, snapshot, T0, unit } from "./make";

const T0_MS = Date.parse(T0);
const board = (...incidents: Incident[]) => apply(EMPTY, snapshot(1, { incidents }));
const causes = (alarms: readonly Alarm[]) => alarms.map(({ cause }) => cause);

describe("alarms", () => {
  const urgent = incident({ priority: 1 });

  test("an urgent incident without a unit for more than 60 s", () => {
    expect(atInstant([], board(urgent), T0_MS + 60_000)).toEqual([]);
    const [alarm] = atInstant([], board(urgent), T0_MS + 60_001);
    expect(alarm).toMatchObject({ cause: "waiting_long", level: "high", incidentId: 1, acknowledged: false });
  });

  test("counts from when the priority was set", () => {
    const raised = incident({ priority: 1, prioritised_at: at(600) });
    expect(atInstant([], board(raised), T0_MS + 630_000)).toEqual([]);
  });

  test("only the most urgent, and not with a unit on its way", () => {
    const later = T0_MS + 999_000;
    expect(atInstant([], board(incident({ priority: 2 })), later)).toEqual([]);
    const sent = apply(EMPTY, snapshot(1, { incidents: [urgent], assignments: [assignment()] }));
    expect(atInstant([], sent, later)).toEqual([]);
  });

  test("goes when its condition is over, and rings anew when it returns", () => {
    const later = T0_MS + 90_000;
    const seen = acknowledge(atInstant([], board(urgent), later), "waiting_long-1");
    expect(atInstant(seen, board(urgent), later)[0]?.acknowledged).toBe(true);
    const over = atInstant(seen, board(incident({ priority: 1, status: "responding" })), later);
    expect(over).toEqual([]);
    expect(atInstant(over, board(urgent), later)[0]?.acknowledged).toBe(false);
  });

  test("every offer has failed, which says more than that it waits", () => {
    expect(causes(atInstant([], board(incident({ attention: "no_unit" })), T0_MS))).toEqual(["no_unit"]);
    const both = incident({ priority: 1, attention: "no_unit" });
    expect(causes(atInstant([], board(both), T0_MS + 99_000))).toEqual(["no_unit"]);
  });

  test.each(["declined", "expired"] as const)("an offer %s, until seen or no longer waiting", (end) => {
    const ended = fact(2, { kind: `offer_${end}`, offer: offer({ status: end, reason: "far" }) });
    const raised = afterFact([], ended);
    expect(raised[0]).toMatchObject({ cause: `offer_${end}`, level: "medium", unitId: 1, reason: "far" });
    expect(afterFact(raised, ended)).toHaveLength(1);
    expect(atInstant(raised, board(incident()), T0_MS)).toHaveLength(1);
    expect(atInstant(raised, board(incident({ status: "responding" })), T0_MS)).toEqual([]);
    expect(atInstant(acknowledge(raised, raised[0]!.key), board(incident()), T0_MS)).toEqual([]);
  });

  test("a device calls for help: high, once however often it calls, until somebody has seen it", () => {
    const call = (seq: number) => fact(seq, { kind: "unit_alarmed", reason: "sos", unit: unit({ id: 7 }) });
    const raised = afterFact(afterFact([], call(2)), call(3));
    expect(raised).toHaveLength(1);
    expect(raised[0]).toMatchObject({ cause: "unit_alarmed", level: "high", unitId: 7, incidentId: null });
    expect([...alarmedUnits(raised)]).toEqual([7]);
    expect(atInstant(raised, board(), T0_MS + 9e6)).toBe(raised);
    const seen = acknowledge(raised, raised[0]!.key);
    expect(alarmedUnits(seen).size).toBe(0);
    const over = atInstant(seen, board(), T0_MS);
    expect(over).toEqual([]);
    expect(afterFact(over, call(9))[0]?.acknowledged).toBe(false);
  });

  test("a call for help outlives the page; what the board tells again does not", () => {
    const kept = new Map<string, string>();
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const call = fact(2, { kind: "unit_alarmed", reason: "sos", unit: unit({ id: 7 }) });
    const raised = afterFact(atInstant([], board(urgent), T0_MS + 90_000), call);
    keepAlarms(store, raised);
    expect(causes(keptAlarms(store))).toEqual(["unit_alarmed"]);
    keepAlarms(store, acknowledge(raised, raised[1]!.key));
    expect(keptAlarms(store)).toEqual([]);
  });

  test("other facts raise nothing", () => {
    expect(afterFact([], fact(2, { kind: "offer_accepted", offer: offer({ status: "accepted" }) }))).toEqual([]);
  });

  test("the unseen and the high come first", () => {
    const make = (key: string, level: "high" | "medium", acknowledged: boolean, raisedAt: number): Alarm => ({
      key, level, acknowledged, raisedAt, cause: "no_unit", incidentId: 1, unitId: null, reason: null,
    });
    const sorted = inOrder([make("a", "high", true, 0), make("b", "medium", false, 1), make("c", "high", false, 3), make("d", "high", false, 2)]);
    expect(sorted.map(({ key }) => key)).toEqual(["d", "c", "b", "a"]);
  });

  test("nothing new is the same list, so that nothing is drawn again", () => {
    const alarms = atInstant([], board(urgent), T0_MS + 90_000);
    expect(atInstant(alarms, board(urgent), T0_MS + 91_000)).toBe(alarms);
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
    expect(faultOf(draft({ lat: "34", lon: "50", uncertainty: "much" }))).toBe("number");
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
    expect(commandOf(key("Escape"), true)).toBe("back");
  });

  test.each(["F1", "F3", "F5", "F6", "F11", "F12"])("%s stays the browser's", (code) => {
    expect(commandOf(key(code), false)).toBeNull();
  });

  test("a key held with another is not ours", () => {
    expect(commandOf(key("KeyG", { ctrlKey: true }), false)).toBeNull();
  });
});
