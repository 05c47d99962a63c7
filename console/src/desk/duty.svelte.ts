/** Who must answer the alarms: their sound, its silence, and seeing them. */
import { now } from "../time/now.svelte";
import { Act } from "../ui/act.svelte";
import { sound, soundReady } from "../ui/sound";
import { type Alarm, inOrder, loudness } from "./alarms";
import type { DeskStore } from "./desk.svelte";

const MUTE_MS = 60_000;
/** What can wait is listed and never rung. */
const REPEAT_MS = { urgent: 4_000, high: 10_000, medium: 30_000, low: Infinity } as const;

export class AlarmDuty {
  #mutedUntil = $state(0);
  /** The last acknowledgement that the server was asked for. */
  readonly act = new Act();
  #soundedAt = new Map<string, number>();

  readonly alarms = $derived.by((): Alarm[] => inOrder(this.desk.alarms));
  readonly mutedFor = $derived(Math.max(0, Math.ceil((this.#mutedUntil - now.ms) / 1000)));

  /** Asked anew each second: a browser may put a page's sound to sleep. */
  readonly audible = $derived.by(() => now.ms > 0 && soundReady());

  constructor(private readonly desk: DeskStore) {
    $effect(() => this.#speak(this.alarms, now.ms));
  }

  /** See the first alarm that nobody has seen, and open what it is about. */
  acknowledgeFirst(open: (alarm: Alarm) => void): void {
    const first = this.alarms.find((it) => !it.acknowledged);
    if (!first) return;
    void this.acknowledge(first);
    open(first);
  }

  acknowledge(alarm: Alarm): Promise<boolean> {
    return this.act.run(() => this.desk.acknowledge(alarm));
  }

  /** Silence for a minute; it never hides anything. */
  mute(): void {
    this.#mutedUntil = now.ms + MUTE_MS;
  }

  #speak(alarms: Alarm[], nowMs: number): void {
    if (!this.desk.mayAct || nowMs < this.#mutedUntil) return;
    const due = alarms.filter((it) => !it.acknowledged && this.#isDue(it, nowMs)).map(loudness);
    const loudest = due.includes("urgent") ? "urgent" : due[0];
    if (loudest === undefined) return;
    alarms.forEach(({ key }) => this.#soundedAt.set(key, nowMs));
    sound(loudest);
  }

  #isDue(alarm: Alarm, nowMs: number): boolean {
    if (alarm.level === "low") return false;
    const at = this.#soundedAt.get(alarm.key);
    return at === undefined || nowMs - at >= REPEAT_MS[loudness(alarm)];
  }
}
