/** Which step the unit's way suggests, as a question to the crew: one at a time, never by itself. */
import type { Assignment, Milestone } from "../types";
import { type CrewAct, toldMilestones } from "./outbox";

/** The suggested step to ask about; null when it was told or dismissed here already. */
export function suggestionOf(
  { id, suggested }: Assignment,
  done: readonly Milestone[],
  told: readonly CrewAct[],
): Milestone | null {
  const answered = [...done, ...toldMilestones(told, id), ...dismissed(told, id)];
  return suggested.find((it) => !answered.includes(it)) ?? null;
}

function dismissed(acts: readonly CrewAct[], assignmentId: number): Milestone[] {
  return acts.flatMap((it) =>
    it.type === "dismiss" && it.assignment_id === assignmentId ? [it.milestone] : [],
  );
}
