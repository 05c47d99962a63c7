/** The steps of a job: which are done and which may come next, for the desk and the team. */
import type { Assignment, Milestone, UnitStatus } from "./types";

export const MILESTONES: readonly Milestone[] = [
  "acknowledged",
  "en_route",
  "on_scene",
  "contact",
  "transporting",
  "at_destination",
  "handed_over",
  "cleared",
];

/** What each milestone makes of the unit; the others leave it as it is. */
const MOVES: Partial<Record<Milestone, UnitStatus>> = {
  en_route: "en_route",
  on_scene: "on_scene",
  transporting: "transporting",
  at_destination: "at_destination",
  cleared: "available",
};

/** The instant of a milestone; null while it has not come. */
export function instantOf(assignment: Assignment, milestone: Milestone): string | null {
  return assignment[`${milestone}_at`];
}

/** The milestones reached, in order; `pending` are told but not yet answered. */
export function reached(assignment: Assignment, pending: readonly Milestone[] = []): Milestone[] {
  return MILESTONES.filter((it) => instantOf(assignment, it) !== null || pending.includes(it));
}

/** What may be told next, the most likely first. Nothing after the end. */
export function nextSteps(done: readonly Milestone[]): Milestone[] {
  const has = (milestone: Milestone) => done.includes(milestone);
  if (has("cleared")) return [];
  if (has("at_destination")) return has("handed_over") ? ["cleared"] : ["handed_over", "cleared"];
  if (has("transporting")) return ["at_destination"];
  if (has("on_scene")) return has("contact") ? ["cleared", "transporting"] : ["contact", "cleared", "transporting"];
  if (has("en_route")) return ["on_scene"];
  return has("acknowledged") ? ["en_route"] : ["acknowledged", "en_route"];
}

/** Whether a unit may be called off: not with somebody in its vehicle. */
export function mayStandDown(status: UnitStatus): boolean {
  return ["dispatched", "en_route", "on_scene"].includes(status);
}

/** The unit's status after the milestones `done`. */
export function statusAfter(done: readonly Milestone[]): UnitStatus {
  return done.reduce<UnitStatus>((status, it) => MOVES[it] ?? status, "dispatched");
}
