import { expect, test } from "vitest";
import { type HelpCall, HelpCalls } from "../src/crew/calls";
import type { Store } from "../src/crew/outbox";
import { Refusal } from "../src/problem";
import { T0 } from "./make";

function shelf(): Store {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const refusal = (status: number) => new Refusal({ code: "x", status, detail: "" });

test("a call for help goes once, with the instant of the press", async () => {
  const sent: HelpCall[] = [];
  const calls = new HelpCalls(shelf(), "k", async (call) => sent.push(call));
  await calls.press(7, new Date(T0));
  await calls.flush();
  expect(sent.map(({ unitId, deviceAt }) => [unitId, Date.parse(deviceAt)])).toEqual([[7, Date.parse(T0)]]);
  expect(calls.waiting).toBe(0);
});

test.each([0, 401, 429, 500, 503])("what fails with %i waits, across a reload, under its own key", async (status) => {
  const store = shelf();
  const tried: string[] = [];
  const failing = async ({ key }: HelpCall) => {
    tried.push(key);
    throw status === 0 ? new TypeError("offline") : refusal(status);
  };
  const before = new HelpCalls(store, "k", failing);
  await before.press(7, new Date(T0));
  expect(before.waiting).toBe(1);
  const after = new HelpCalls(store, "k", async ({ key }) => tried.push(key));
  await after.flush();
  expect(after.waiting).toBe(0);
  expect(new Set(tried).size).toBe(1);
  expect(tried).toHaveLength(2);
});

test("what the server will never take does not hold up the next call", async () => {
  const sent: number[] = [];
  const calls = new HelpCalls(shelf(), "k", async ({ unitId }) => {
    if (unitId === 1) throw refusal(403);
    sent.push(unitId);
  });
  await expect(calls.press(1, new Date(T0))).rejects.toThrow(Refusal);
  expect(calls.waiting).toBe(0);
  await calls.press(2, new Date(T0));
  expect(sent).toEqual([2]);
});
