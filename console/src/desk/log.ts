/** What happened to each unit while this desk was open, the newest first. */
import type { Fact, FactKind } from "../types";

export type Log = ReadonlyMap<number, readonly Fact[]>;

const KEPT = 6;
/** What concerns the unit itself; what concerns its job stands in the incident's timeline. */
const OF_A_UNIT: ReadonlySet<FactKind> = new Set<FactKind>([
  "unit_signed_on",
  "unit_signed_off",
  "unit_taken_out",
  "unit_brought_back",
  "unit_duty_changed",
  "unit_readiness_changed",
  "unit_placed",
  "unit_alarmed",
  "alarm_acknowledged",
  "fix_released",
  "county_crossed",
  "milestone_suggested",
  "suggestion_dismissed",
]);

export function afterFact(log: Log, fact: Fact): Log {
  const id = fact.unit?.id ?? fact.alarm?.unit_id ?? fact.assignment?.unit_id;
  if (id === undefined || !OF_A_UNIT.has(fact.kind)) return log;
  return new Map(log).set(id, [fact, ...(log.get(id) ?? [])].slice(0, KEPT));
}
