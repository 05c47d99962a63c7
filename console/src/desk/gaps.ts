/** Which counties need a look, the worst first. */
import type { CountyCover } from "../types";

/** No free unit in time, or with units of their own and none of them free. */
export function gaps(all: readonly CountyCover[]): CountyCover[] {
  const lacking = all.filter((it) => !it.covered || (it.on_shift > 0 && it.free === 0));
  return lacking.sort((a, b) => Number(a.covered) - Number(b.covered) || people(b) - people(a));
}

function people({ population }: CountyCover): number {
  return population ?? 0;
}
