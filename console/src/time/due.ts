/** Days on which something is due: until midnight in the zone that is served. */
import { nextAt } from "./jalali";

const DAY_MS = 86_400_000;
/** How far ahead a follow-up is usually set, in days. */
export const DAYS_AHEAD = [1, 2, 3, 7, 14, 30, 90] as const;

/** The last minute of the day `days` after today. */
export function dueIn(days: number, now: Date): Date {
  const tonight = nextAt("23:59", now) ?? now;
  return new Date(tonight.getTime() + days * DAY_MS);
}
