/** Whether a position is to be reported now: as often as the server asks, and when it sets out. */
export interface Kept {
  atMs: number;
  lat: number;
  lon: number;
  speedMps: number | null;
}

/** A clock's tick must not make a report wait for the next one. */
const EARLY_MS = 500;
/** A vehicle that stood and went farther than its position trembles has set out. */
const SET_OUT_M = 50;
const SET_OUT_MS = 2_000;
const STANDING_MPS = 1;
const M_A_DEG = 111_195;

export function isDue(last: Kept | null, next: Kept, intervalS: number): boolean {
  if (last === null) return true;
  const elapsedMs = next.atMs - last.atMs;
  if (elapsedMs >= intervalS * 1000 - EARLY_MS) return true;
  const stood = last.speedMps === null || last.speedMps < STANDING_MPS;
  return stood && elapsedMs >= SET_OUT_MS && metresApart(last, next) > SET_OUT_M;
}

function metresApart(one: Kept, other: Kept): number {
  const north = (other.lat - one.lat) * M_A_DEG;
  const east = (other.lon - one.lon) * M_A_DEG * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(north, east);
}
