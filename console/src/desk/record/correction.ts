/** What can be put right in a record, and what was typed for it as the server wants it. */
import type * as rest from "../../rest";
import { readNumber } from "../../text/digits";
import type { Assignment, Incident, RecordField } from "../../types";

export const CODES: Partial<Record<RecordField, rest.CodeTable>> = { group: "target_group", disposition: "disposition", priority: "priority" };
const OF_ALL: RecordField[] = ["group", "place", "address", "narrative", "caller_name", "caller_phone", "rang_at", "answered_at", "opened_at", "prioritised_at"];
const OF_CLOSED: RecordField[] = ["priority", "disposition", "closing_note", "closed_at"];
const OF_UNIT = ["dispatched_at", "acknowledged_at", "en_route_at", "on_scene_at", "contact_at", "transporting_at", "at_destination_at", "handed_over_at", "cleared_at"] as const;
export type UnitField = (typeof OF_UNIT)[number];

/** What was typed: `lon` and `uncertainty` of a place, `which` of a note or of a unit that was sent. */
export interface Typed {
  value: string;
  lon: string;
  uncertainty: string;
  which: string;
}

/** What can be put right in an incident: the priority of one that goes on has its own act. */
export function fieldsOf({ status }: Incident): RecordField[] {
  return [...OF_ALL, ...(status === "closed" ? OF_CLOSED : []), ...OF_UNIT];
}

export function isOfUnit(field: RecordField | ""): field is UnitField {
  return (OF_UNIT as readonly string[]).includes(field);
}

/** Those that were ever sent to the incident and have this instant, as they stand now, by the timeline. */
export function sentWith(field: UnitField, incidentId: number, facts: readonly rest.TimelineFact[]): Assignment[] {
  const newest = new Map<number, Assignment>();
  for (const { assignment } of facts) if (assignment) newest.set(assignment.id, assignment);
  return [...newest.values()].filter((it) => it.incident_id === incidentId && it[field] !== null);
}

/** The value in the one member that the field wants; null while it is not all there. */
export function correctionOf(field: RecordField, typed: Typed): Partial<rest.Correction> | null {
  const { value, which } = typed;
  if (field === "place") return placeOf(typed);
  if (field === "note") return value.trim() && which ? { text: value, note_id: Number(which) } : null;
  if (field === "priority") return value ? { priority: Number(value) } : null;
  if (CODES[field]) return value ? { code: value } : null;
  if (!field.endsWith("_at")) return { text: value };
  if (!value || (isOfUnit(field) && !which)) return null;
  const at = new Date(value).toISOString();
  return isOfUnit(field) ? { at, assignment_id: Number(which) } : { at };
}

/** A place; a radius that is left blank stays as it was. */
function placeOf(typed: Typed): Partial<rest.Correction> | null {
  const [lat, lon, radius] = [typed.value, typed.lon, typed.uncertainty].map(readNumber);
  if (lat == null || lon == null) return null;
  if (typed.uncertainty.trim() === "") return { place: { lat, lon } };
  return radius == null ? null : { place: { lat, lon, uncertainty_m: radius } };
}
