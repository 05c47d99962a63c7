/** Setting a unit's place by hand: where and why, then a few seconds in which it can be undone. */
import * as rest from "../rest";
import { readNumber } from "../text/digits";
import { lang } from "../text/language.svelte";
import { now } from "../time/now.svelte";
import { Act } from "../ui/act.svelte";

const UNDO_MS = 5_000;
const DECIMALS = 5;

type Stage = "writing" | "pending" | "done";

export class Placing {
  unitId = $state<number | null>(null);
  stage = $state<Stage>("writing");
  lat = $state("");
  lon = $state("");
  accuracy = $state("");
  reason = $state("");
  #sendAtMs = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly act = new Act();
  /** The place that is written so far; null while it cannot be read. */
  readonly place = $derived.by(() => {
    const [lat, lon] = [readNumber(this.lat), readNumber(this.lon)];
    return this.unitId === null || lat === null || lon === null ? null : { lat, lon };
  });
  readonly isPicking = $derived(this.unitId !== null && this.stage === "writing");
  /** Whole seconds in which it can still be undone. */
  readonly leftS = $derived(Math.max(0, Math.ceil((this.#sendAtMs - now.ms) / 1000)));

  start(unitId: number): void {
    this.stop();
    this.unitId = unitId;
  }

  /** A click on the map while a place is sought; false when none is. */
  takePlace(lat: number, lon: number): boolean {
    if (!this.isPicking) return false;
    this.lat = lang.digits(Number(lat.toFixed(DECIMALS)));
    this.lon = lang.digits(Number(lon.toFixed(DECIMALS)));
    return true;
  }

  /** Send it soon, unless it is undone before. */
  submit(): void {
    if (this.place === null || this.reason === "") return;
    this.stage = "pending";
    this.#sendAtMs = now.ms + UNDO_MS;
    this.#timer = setTimeout(() => this.#send(), UNDO_MS);
  }

  /** Back to what was written; nothing was sent. */
  undo(): void {
    clearTimeout(this.#timer);
    this.stage = "writing";
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.unitId = null;
    this.stage = "writing";
    this.lat = this.lon = this.accuracy = this.reason = "";
    this.act.forget();
  }

  async #send(): Promise<void> {
    const { unitId, place, reason } = this;
    if (unitId === null || place === null) return;
    const accuracy_m = readNumber(this.accuracy);
    const done = await this.act.run(() => rest.units.place(unitId, { ...place, accuracy_m, reason }));
    this.stage = done ? "done" : "writing";
  }
}
