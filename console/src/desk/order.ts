/** In which order the desk shows incidents and units, and how long is too long. */
import type { Excluded, Recommendation } from "../rest";
import type { Incident, Unit, UnitStatus } from "../types";

/** How long an incident of each priority may wait, in seconds; none for the lowest. */
export const WAIT_LIMIT_S: Record<number, number> = { 1: 60, 2: 300, 3: 900 };

export type Tint = "fresh" | "ageing" | "late";

/** By priority, then the oldest first; what only wants closing stands after what needs a team. */
export function queueOrder(incidents: Iterable<Incident>): Incident[] {
  return [...incidents].sort(
    (a, b) =>
      a.priority - b.priority ||
      Number(a.status === "cleared") - Number(b.status === "cleared") ||
      a.opened_at.localeCompare(b.opened_at) ||
      a.id - b.id,
  );
}

/** How an incident that waits for a unit is tinted after `age` seconds. */
export function tint(incident: Incident, ageS: number): Tint {
  const limit = WAIT_LIMIT_S[incident.priority];
  if (incident.status !== "waiting" || limit === undefined || ageS < limit / 2) return "fresh";
  return ageS < limit ? "ageing" : "late";
}

const STATUS_ORDER: UnitStatus[] = [
  "available",
  "offered",
  "dispatched",
  "en_route",
  "on_scene",
  "transporting",
  "at_destination",
  "out_of_service",
  "off_duty",
];

/** Seconds to the incident of a recommendation by unit, where it says so; none off shift. */
export function etas(recommendation: Recommendation | undefined): Map<number, number> {
  const rows = [...(recommendation?.ranked ?? []), ...onShift(recommendation?.excluded ?? [])];
  return new Map(rows.flatMap((it) => (it.eta_s === null ? [] : [[it.unit_id, it.eta_s]])));
}

/** Of the units that were left out, those that somebody drives. */
export function onShift(excluded: readonly Excluded[]): Excluded[] {
  return excluded.filter((it) => !it.reasons.some(({ reason }) => reason === "off_shift"));
}

/** The nearest of the units that were left out and are on shift. */
export function nearest(excluded: readonly Excluded[]): Excluded | undefined {
  return onShift(excluded)
    .filter((it) => it.eta_s !== null)
    .sort((a, b) => a.eta_s! - b.eta_s!)[0];
}

/** By time to the incident where it is known, then by status, then by code. */
export function unitOrder(units: Iterable<Unit>, eta: Map<number, number>): Unit[] {
  return [...units].sort(
    (a, b) =>
      compare(eta.get(a.id) ?? Infinity, eta.get(b.id) ?? Infinity) ||
      STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
      a.code.localeCompare(b.code, "en", { numeric: true }),
  );
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
