/**
 * Positions on their way: numbered batches, kept in the browser until the server says that they
 * are durable. A batch never changes once it was sent, so sending it again doubles nothing.
 */
import type { FixReport, Fixes } from "../types";
import type { Store } from "./outbox";

const BATCH_SIZE = 60;

interface Batch {
  seq: number;
  fixes: FixReport[];
  sent: boolean;
}

export class FixBuffer {
  #batches: Batch[] = [];
  #lastSeq: number;
  #inFlight: number | null = null;

  constructor(
    private readonly store: Store,
    private readonly key: string,
  ) {
    const { first, last } = JSON.parse(store.getItem(key) ?? '{"first":1,"last":0}') as {
      first: number;
      last: number;
    };
    this.#lastSeq = last;
    for (let seq = first; seq <= last; seq += 1) this.#recall(seq);
  }

  /** Positions that the server has not yet made durable. */
  get waiting(): number {
    return this.#batches.reduce((count, { fixes }) => count + fixes.length, 0);
  }

  add(fix: FixReport): void {
    const batch = this.#openBatch();
    batch.fixes.push(fix);
    this.store.setItem(`${this.key}.${batch.seq}`, JSON.stringify(batch.fixes));
  }

  /** The batch to send now, the oldest first; null while one is on its way or nothing waits. */
  next(): Fixes | null {
    const batch = this.#batches[0];
    if (!batch || this.#inFlight !== null) return null;
    batch.sent = true;
    this.#inFlight = batch.seq;
    return { type: "fixes", seq: batch.seq, fixes: batch.fixes };
  }

  acknowledged(seq: number): void {
    if (this.#inFlight === seq) this.#inFlight = null;
    this.#batches = this.#batches.filter((it) => it.seq !== seq);
    this.store.removeItem(`${this.key}.${seq}`);
    this.#keepRange();
  }

  /** The connection is gone: what was on its way will be sent again. */
  interrupted(): void {
    this.#inFlight = null;
  }

  #openBatch(): Batch {
    const last = this.#batches.at(-1);
    if (last && !last.sent && last.fixes.length < BATCH_SIZE) return last;
    this.#lastSeq += 1;
    const batch = { seq: this.#lastSeq, fixes: [], sent: false };
    this.#batches.push(batch);
    this.#keepRange();
    return batch;
  }

  /** What an earlier visit left may have been sent already, so it stays as it is. */
  #recall(seq: number): void {
    const kept = this.store.getItem(`${this.key}.${seq}`);
    if (kept) this.#batches.push({ seq, fixes: JSON.parse(kept) as FixReport[], sent: true });
  }

  #keepRange(): void {
    const first = this.#batches[0]?.seq ?? this.#lastSeq + 1;
    this.store.setItem(this.key, JSON.stringify({ first, last: this.#lastSeq }));
  }
}
