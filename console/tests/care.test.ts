import { describe, expect, test } from "vitest";
import { apply, EMPTY } from "../src/board";
import { inOrder, onBoard } from "../src/desk/alarms";
import { DAYS_AHEAD, dueIn } from "../src/time/due";
import { clock, shortDate } from "../src/time/jalali";
import { alarm, snapshot } from "./make";

describe("alarms of care", () => {
  test.each([
    ["legal_clock", "report_near", "medium"],
    ["legal_clock", "report_overdue", "high"],
    ["referral", "referral_unacknowledged", "medium"],
    ["waiting", "held_long", "medium"],
    ["owner_gone", "referral_owner_gone", "medium"],
    ["owner_gone", "owner_gone", "high"],
    ["follow_up", "follow_up_overdue", "low"],
  ] as const)("%s (%s) is %s", (kind, reason, level) => {
    const standing = alarm({ kind, reason, unit_id: null, incident_id: 1 });
    expect(onBoard([], apply(EMPTY, snapshot(1, { alarms: [standing] })))[0]).toMatchObject({ cause: kind, level });
  });

  test("the highest comes first, whatever is older", () => {
    const late = alarm({ id: 1, kind: "follow_up", incident_id: 1 });
    const near = alarm({ id: 2, kind: "legal_clock", reason: "report_near", incident_id: 1 });
    const over = alarm({ id: 3, kind: "legal_clock", reason: "report_overdue", incident_id: 1 });
    const raised = onBoard([], apply(EMPTY, snapshot(1, { alarms: [late, near, over] })));
    expect(inOrder([...raised]).map(({ id }) => id)).toEqual([3, 2, 1]);
  });
});

describe("days ahead", () => {
  test.each(DAYS_AHEAD)("%i days ahead ends at the last minute of that Jalali day", (days) => {
    const noon = new Date("2026-03-19T08:30:00Z");
    const due = dueIn(days, noon);
    expect(clock(due, false)).toBe("23:59");
    expect(shortDate(due)).toBe(shortDate(new Date(noon.getTime() + days * 86_400_000)));
  });
});
