/**
 * Alarms: what needs a response, as a function of the board, the facts and the time.
 *
 * Each has one cause, one incident or unit, and one level. It stands until its condition is over, or,
 * for something that merely happened, until a person has seen it.
 */
import type { Board } from "../board";
import type { Store } from "../crew/outbox";
import type { Fact, Incident } from "../types";

export type Level = "high" | "medium";
export type Cause = "no_unit" | "waiting_long" | "offer_declined" | "offer_expired" | "unit_alarmed";

export interface Alarm {
  key: string;
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

export const UNASSIGNED_LIMIT_S = 60;

/** The alarms after a fact: a declined or expired offer raises one, and a device's alarm. */
export function afterFact(alarms: readonly Alarm[], fact: Fact): readonly Alarm[] {
  const { kind, offer } = fact;
  if (kind === "unit_alarmed" && fact.unit) return raise(alarms, ofDevice(fact, fact.unit.id));
  if (!offer || (kind !== "offer_declined" && kind !== "offer_expired")) return alarms;
  return raise(alarms, {
    key: `${kind}-${offer.id}`,
    level: "medium",
    cause: kind,
    incidentId: offer.incident_id,
    unitId: offer.unit_id,
    reason: offer.reason,
    raisedAt: Date.parse(fact.at),
    acknowledged: false,
  });
}

/** The server tells those alone that mean danger. A device repeats its alarm: it is one alarm until somebody has seen it. */
function ofDevice({ at, reason }: Fact, unitId: number): Alarm {
  return {
    key: `unit_alarmed-${unitId}`,
    level: "high",
    cause: "unit_alarmed",
    incidentId: null,
    unitId,
    reason,
    raisedAt: Date.parse(at),
    acknowledged: false,
  };
}

/** The units whose call for help nobody has answered yet. */
export function alarmedUnits(alarms: readonly Alarm[]): ReadonlySet<number> {
  const unseen = alarms.filter((it) => it.cause === "unit_alarmed" && !it.acknowledged);
  return new Set(unseen.flatMap(({ unitId }) => (unitId === null ? [] : [unitId])));
}

/** The alarms at an instant: raised where a condition holds, gone where it is over. */
export function atInstant(alarms: readonly Alarm[], board: Board, nowMs: number): readonly Alarm[] {
  const standing = [...board.incidents.values()].flatMap((it) => conditions(it, board, nowMs));
  const keys = new Set(standing.map(({ key }) => key));
  const still = alarms.filter((alarm) => keys.has(alarm.key) || isOpenEvent(alarm, board));
  const next = standing.reduce(raise, still as readonly Alarm[]);
  return next.length === alarms.length && next.every((it, i) => it === alarms[i]) ? alarms : next;
}

const KEY = "sayyar.alarms";

/** Keep what no later message would tell again: the alarms of devices that nobody has seen yet. */
export function keepAlarms(store: Store, alarms: readonly Alarm[]): void {
  const unseen = alarms.filter((it) => it.cause === "unit_alarmed" && !it.acknowledged);
  if (unseen.length > 0) store.setItem(KEY, JSON.stringify(unseen));
  else store.removeItem(KEY);
}

export function keptAlarms(store: Store): readonly Alarm[] {
  return JSON.parse(store.getItem(KEY) ?? "[]") as Alarm[];
}

export function acknowledge(alarms: readonly Alarm[], key: string): readonly Alarm[] {
  return alarms.map((it) => (it.key === key ? { ...it, acknowledged: true } : it));
}

/** Not yet seen first, then high before medium, then the oldest. */
export function inOrder(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort(
    (a, b) =>
      Number(a.acknowledged) - Number(b.acknowledged) ||
      Number(b.level === "high") - Number(a.level === "high") ||
      a.raisedAt - b.raisedAt,
  );
}

function raise(alarms: readonly Alarm[], alarm: Alarm): readonly Alarm[] {
  return alarms.some(({ key }) => key === alarm.key) ? alarms : [...alarms, alarm];
}

/** At most one a time for an incident: that every offer failed says more than that it waits. */
function conditions(incident: Incident, board: Board, nowMs: number): Alarm[] {
  if (incident.attention === "no_unit") return [high("no_unit", incident, nowMs)];
  return isWaitingLong(incident, board, nowMs) ? [high("waiting_long", incident, nowMs)] : [];
}

function isWaitingLong(incident: Incident, board: Board, nowMs: number): boolean {
  if (incident.status !== "waiting" || incident.priority !== 1) return false;
  if ([...board.assignments.values()].some((it) => it.incident_id === incident.id)) return false;
  const since = Date.parse(incident.prioritised_at ?? incident.opened_at);
  return nowMs - since > UNASSIGNED_LIMIT_S * 1000;
}

function high(cause: Cause, incident: Incident, nowMs: number): Alarm {
  return {
    key: `${cause}-${incident.id}`,
    level: "high",
    cause,
    incidentId: incident.id,
    unitId: null,
    reason: null,
    raisedAt: nowMs,
    acknowledged: false,
  };
}

/**
 * A device's alarm stands until it was seen; a declined or expired offer also until the incident
 * has its unit.
 */
function isOpenEvent(alarm: Alarm, board: Board): boolean {
  if (alarm.cause === "unit_alarmed") return !alarm.acknowledged;
  if (alarm.cause !== "offer_declined" && alarm.cause !== "offer_expired") return false;
  return !alarm.acknowledged && board.incidents.get(alarm.incidentId ?? -1)?.status === "waiting";
}
