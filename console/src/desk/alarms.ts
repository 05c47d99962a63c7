/**
 * Alarms: what needs a response, as a function of the board and the facts.
 *
 * Each has one cause, one incident or unit, and one level. Those that the board carries are the
 * server's: every desk has the same, and somebody's acknowledgement, or the end of what they tell
 * of, ends them at each. What merely happened stands here until a person has seen it.
 */
import type { Board } from "../board";
import type { Fact, StandingAlarm, Task } from "../types";

export type Level = "high" | "medium" | "low";
export type Cause = StandingAlarm["kind"] | "offer_declined" | "offer_expired" | "task_asked";

export interface Alarm {
  key: string;
  /** The server's number of it; null when this desk found it by itself. */
  id: number | null;
  level: Level;
  cause: Cause;
  /** What it is about; null when it is about a unit alone. */
  incidentId: number | null;
  unitId: number | null;
  reason: string | null;
  /** Milliseconds since 1970. */
  raisedAt: number;
  acknowledged: boolean;
}

/** A call for help that nobody has answered sounds louder, and sooner again. */
export function loudness({ cause, reason, level }: Alarm): Level | "urgent" {
  return cause === "sos" && reason === "supervisor" ? "urgent" : level;
}

/** The alarms after a fact: a declined or expired offer raises one. */
export function afterFact(alarms: readonly Alarm[], fact: Fact): readonly Alarm[] {
  const { kind, offer } = fact;
  if (!offer || (kind !== "offer_declined" && kind !== "offer_expired")) return alarms;
  return raise(alarms, {
    key: `${kind}-${offer.id}`,
    id: null,
    level: "medium",
    cause: kind,
    incidentId: offer.incident_id,
    unitId: offer.unit_id,
    reason: offer.reason,
    raisedAt: Date.parse(fact.at),
    acknowledged: false,
  });
}

const NO_DANGER_YET = new Set<string | null>(["report_near", "held_long", "referral_owner_gone"]);

/** The clock near its end, and somebody's silence, are no danger yet; a follow-up can wait. */
function levelOf(kind: StandingAlarm["kind"], reason: string | null): Level {
  if (kind === "follow_up") return "low";
  if (kind === "relay" || kind === "handoff_unanswered" || kind === "review_owed") return "medium";
  return kind === "referral" || NO_DANGER_YET.has(reason) ? "medium" : "high";
}

/** One that the board carries; a call that a device repeats is one alarm. */
function ofBoard({ id, kind, unit_id, incident_id, reason, raised_at }: StandingAlarm): Alarm {
  return {
    key: `alarm-${id}`,
    id,
    level: levelOf(kind, reason),
    cause: kind,
    incidentId: incident_id,
    unitId: unit_id,
    reason,
    raisedAt: Date.parse(raised_at),
    acknowledged: false,
  };
}

/** A task that nobody has taken yet. */
function ofTask({ id, kind, unit_id, incident_id, asked_at }: Task): Alarm {
  return {
    key: `task-${id}`,
    id: null,
    level: "medium",
    cause: "task_asked",
    incidentId: incident_id,
    unitId: unit_id,
    reason: kind,
    raisedAt: Date.parse(asked_at),
    acknowledged: false,
  };
}

/** The units whose call for help nobody has answered yet. */
export function alarmedUnits({ alarms }: Board): ReadonlySet<number> {
  return new Set([...alarms.values()].flatMap(({ kind, unit_id }) => (kind !== "sos" || unit_id === null ? [] : [unit_id])));
}

/** How long every desk is told who has answered an alarm. */
const TOLD_MS = 60_000;

/** Which of the alarms that were acknowledged at some desk are still to be told, the newest last. */
export function stillTold(answered: readonly StandingAlarm[], nowMs: number): readonly StandingAlarm[] {
  return answered.filter((it) => nowMs - Date.parse(it.acknowledged_at ?? "") < TOLD_MS);
}

/** The alarms of a board, and what merely happened and still needs a person. */
export function onBoard(alarms: readonly Alarm[], board: Board): readonly Alarm[] {
  const asked = [...board.tasks.values()].filter((it) => it.status === "open");
  const standing = [...[...board.alarms.values()].map(ofBoard), ...asked.map(ofTask)];
  const keys = new Set(standing.map(({ key }) => key));
  const still = alarms.filter((alarm) => keys.has(alarm.key) || isOpenEvent(alarm, board));
  const next = standing.reduce(raise, still as readonly Alarm[]);
  return next.length === alarms.length && next.every((it, i) => it === alarms[i]) ? alarms : next;
}

/** Have one that this desk found by itself seen. */
export function acknowledge(alarms: readonly Alarm[], key: string): readonly Alarm[] {
  return alarms.map((it) => (it.key === key ? { ...it, acknowledged: true } : it));
}

const RANK: Record<Level, number> = { high: 0, medium: 1, low: 2 };

/** Not yet seen first, then the highest level, then the oldest. */
export function inOrder(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort(
    (a, b) =>
      Number(a.acknowledged) - Number(b.acknowledged) ||
      RANK[a.level] - RANK[b.level] ||
      a.raisedAt - b.raisedAt,
  );
}

function raise(alarms: readonly Alarm[], alarm: Alarm): readonly Alarm[] {
  return alarms.some(({ key }) => key === alarm.key) ? alarms : [...alarms, alarm];
}

/** A declined or expired offer stands until it was seen or the incident has its unit. */
function isOpenEvent(alarm: Alarm, board: Board): boolean {
  if (alarm.cause !== "offer_declined" && alarm.cause !== "offer_expired") return false;
  return !alarm.acknowledged && board.incidents.get(alarm.incidentId ?? -1)?.status === "waiting";
}
