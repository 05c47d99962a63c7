/** The relevance gate: six answers by key, what may have become of a call, and who comes first. */
import type { Call } from "../types";

export const RELEVANCES = [
  "relevant",
  "information",
  "guidance",
  "referral",
  "irrelevant",
  "nuisance",
] as const;

export type Relevance = (typeof RELEVANCES)[number];

/** What a relevant call may have come to without an incident. */
export const WITHOUT_INCIDENT = ["phone_only", "referral_only", "caller_left"] as const;

/** The answer that a key gives; by `code`, since a Persian layout changes what a key writes. */
export function relevanceOf(code: string): Relevance | null {
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(code)?.[1];
  return digit === undefined ? null : RELEVANCES[Number(digit) - 1]!;
}

/** Ringing first, the longest waiting at the front; then those at work, then those to wrap up. */
export function inTurn(calls: Iterable<Call>): Call[] {
  const rank = { ringing: 0, answered: 1, ended: 2, abandoned: 3 };
  return [...calls].sort((a, b) => rank[a.status] - rank[b.status] || a.id - b.id);
}

/** Somebody must pick it up: it rings, or the exchange says only that somebody did. */
export function wantsAnswer(call: Call): boolean {
  return call.status === "ringing" || (call.status === "answered" && call.answered_by === null);
}

/** Since when the call is as it is. */
export function sinceOf(call: Call): string {
  return call.ended_at ?? call.answered_at ?? call.rang_at ?? call.received_at;
}
