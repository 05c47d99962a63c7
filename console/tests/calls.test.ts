import { describe, expect, test } from "vitest";
import { inTurn, relevanceOf, RELEVANCES, wantsAnswer } from "../src/calls/gate";
import { apply, applyFacts, EMPTY } from "../src/board";
import type { Call } from "../src/types";
import { at, fact, facts, snapshot } from "./make";

const call = (id: number, change: Partial<Call> = {}): Call => ({
  id,
  status: "answered",
  channel: "123",
  from_exchange: false,
  received_at: at(0),
  rang_at: null,
  answered_at: at(1),
  ended_at: null,
  queue_position: null,
  answered_by: "desk",
  relevance: null,
  outcome: null,
  incident_id: null,
  passed_to: null,
  ...change,
});

describe("the gate", () => {
  test("has an answer for each of six keys, on both rows of digits", () => {
    expect([1, 2, 3, 4, 5, 6].map((n) => relevanceOf(`Digit${n}`))).toEqual([...RELEVANCES]);
    expect(relevanceOf("Numpad5")).toBe("irrelevant");
    expect(["Digit0", "Digit7", "KeyA", "F1"].map(relevanceOf)).toEqual([null, null, null, null]);
  });

  test("a call that rings, and one that only the exchange knows of, want an answer", () => {
    expect(wantsAnswer(call(1, { status: "ringing", answered_by: null }))).toBe(true);
    expect(wantsAnswer(call(1, { answered_by: null }))).toBe(true);
    expect(wantsAnswer(call(1))).toBe(false);
    expect(wantsAnswer(call(1, { status: "ended", answered_by: null }))).toBe(false);
  });

  test("ringing calls come first, the longest waiting at the front", () => {
    const all = [call(1, { status: "ended" }), call(2), call(4, { status: "ringing" }), call(3, { status: "ringing" })];
    expect(inTurn(all).map(({ id }) => id)).toEqual([3, 4, 2, 1]);
  });
});

describe("calls on the board", () => {
  const board = apply(EMPTY, snapshot(1, { calls: [call(1), call(2)] }));
  const after = (change: Partial<Call>) =>
    [...applyFacts(board, facts(fact(2, { kind: "call_ended", call: call(1, change) }))).calls.keys()];

  test("leave it once they have ended and have an outcome, or nobody answered", () => {
    expect(after({ status: "ended", outcome: "no_action" })).toEqual([2]);
    expect(after({ status: "abandoned" })).toEqual([2]);
    expect(after({ status: "ended" })).toEqual([1, 2]);
    expect(after({ outcome: "phone_only" })).toEqual([1, 2]);
  });
});
