/** A half-written call: what was typed, as typed, and what it comes to. */
import type { NewIncident } from "../rest";
import { readNumber, toLatin } from "../text/digits";
import { uuid } from "../uuid";

export interface Draft {
  lat: string;
  lon: string;
  uncertainty: string;
  group: string;
  priority: string;
  /** Why it is not the suggested one. */
  priorityReason: string;
  flags: string[];
  needs: string[];
  address: string;
  narrative: string;
  callerName: string;
  callerPhone: string;
  /** When the form was opened, to show; the server stamps what counts. */
  startedAt: string;
  /** The call that it comes from; null for a contact without one, which then has a channel. */
  callId: number | null;
  channel: string;
  /** Made once a draft, so that saving twice opens one incident. */
  key: string;
}

export type DraftFault = "place" | "number" | "radius" | "group" | "reason";

const KEY = "sayyar.draft";

export function emptyDraft(startedAt: Date): Draft {
  return {
    lat: "",
    lon: "",
    uncertainty: "",
    group: "",
    priority: "2",
    priorityReason: "",
    flags: [],
    needs: [],
    address: "",
    narrative: "",
    callerName: "",
    callerPhone: "",
    startedAt: startedAt.toISOString(),
    callId: null,
    channel: "walk_in",
    key: uuid(),
  };
}

/** The typed place, or null while it is not a pair of numbers. */
export function placeOf(draft: Draft): { lat: number; lon: number } | null {
  const [lat, lon] = [readNumber(draft.lat), readNumber(draft.lon)];
  return lat === null || lon === null ? null : { lat, lon };
}

/** What keeps a draft from being sent, or null. Nameless callers keep nothing from being sent. */
export function faultOf(draft: Draft, suggested: number | null = null): DraftFault | null {
  if (draft.lat.trim() === "" || draft.lon.trim() === "") return "place";
  if (placeOf(draft) === null) return "number";
  if (draft.uncertainty.trim() !== "" && readNumber(draft.uncertainty) === null) return "radius";
  if (draft.group === "") return "group";
  return isOverridden(draft, suggested) && draft.priorityReason === "" ? "reason" : null;
}

/** Whether another priority was chosen than the rules suggest. */
export function isOverridden(draft: Draft, suggested: number | null): boolean {
  return suggested !== null && Number(draft.priority) !== suggested;
}

/** The incident that a faultless draft asks for; what was left empty is left out. */
export function incidentOf(draft: Draft): NewIncident {
  const place = placeOf(draft)!;
  const uncertainty = readNumber(draft.uncertainty);
  return {
    ...place,
    group: draft.group,
    priority: Number(draft.priority),
    needs: draft.needs,
    flags: draft.flags,
    ...(draft.callId === null ? { channel: draft.channel } : { call_id: draft.callId }),
    ...(uncertainty === null ? {} : { uncertainty_m: uncertainty }),
    ...written("priority_reason", draft.priorityReason),
    ...written("address", draft.address),
    ...written("narrative", draft.narrative),
    ...written("caller_name", draft.callerName),
    ...written("caller_phone", toLatin(draft.callerPhone)),
  };
}

function written<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  return text.trim() === "" ? {} : ({ [key]: text.trim() } as Record<K, string>);
}

/** Kept for this window and this person only: a dispatch machine is shared. */
export function keepDraft(account: string, draft: Draft | null): void {
  if (draft) sessionStorage.setItem(KEY, JSON.stringify({ account, draft }));
  else sessionStorage.removeItem(KEY);
}

export function keptDraft(account: string): Draft | null {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as {
    account: string;
    draft: Draft;
  } | null;
  return kept?.account === account ? { ...emptyDraft(new Date()), ...kept.draft } : null;
}
