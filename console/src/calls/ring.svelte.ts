/**
 * The tone of calls that ring, until somebody answers. Silence is this desk's own choice and is
 * remembered; the browser lets a page sound only after a key or a click, as with the alarms.
 */
import type { Store } from "../crew/outbox";
import { sound } from "../ui/sound";

const KEY = "sayyar.ring.muted";
const EVERY_MS = 4_000;

export class RingTone {
  muted = $state(false);
  #rangAt: number | null = null;

  constructor(
    private readonly store: Store,
    private readonly play: () => void = () => sound("ring"),
  ) {
    this.muted = store.getItem(KEY) === "yes";
  }

  toggle(): void {
    this.muted = !this.muted;
    if (this.muted) this.store.setItem(KEY, "yes");
    else this.store.removeItem(KEY);
  }

  /** To be told each second whether a call rings: sounds at once, then every few seconds. */
  look(isRinging: boolean, nowMs: number): void {
    if (!isRinging || this.muted) this.#rangAt = null;
    else if (this.#rangAt === null || nowMs - this.#rangAt >= EVERY_MS) {
      this.#rangAt = nowMs;
      this.play();
    }
  }
}
