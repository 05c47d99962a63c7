/**
 * Calls for help that the server has not yet taken: kept across reloads, tried again until it has.
 * They go by HTTP, so that they need no socket; each keeps the key it was made with, so that one
 * press is one call however often it is sent.
 */
import { problemOf } from "../problem";
import { uuid } from "../uuid";
import type { Store } from "./outbox";

export interface HelpCall {
  key: string;
  unitId: number;
  deviceAt: string;
}

export type Send = (call: HelpCall) => Promise<unknown>;

export class HelpCalls {
  #calls: readonly HelpCall[];
  #sending = false;

  constructor(
    private readonly store: Store,
    private readonly key: string,
    private readonly send: Send,
  ) {
    this.#calls = JSON.parse(store.getItem(key) ?? "[]") as HelpCall[];
  }

  get waiting(): number {
    return this.#calls.length;
  }

  press(unitId: number, at: Date): Promise<void> {
    this.#keep([...this.#calls, { key: uuid(), unitId, deviceAt: at.toISOString() }]);
    return this.flush();
  }

  /** Send what waits, the oldest first; what the server cannot be asked now stays. Throws Refusal. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let first = this.#calls[0]; first; first = this.#calls[0]) {
        if (!(await this.#sent(first))) return;
        this.#keep(this.#calls.slice(1));
      }
    } finally {
      this.#sending = false;
    }
  }

  async #sent(call: HelpCall): Promise<boolean> {
    try {
      await this.send(call);
      return true;
    } catch (thrown) {
      const { status } = problemOf(thrown);
      if (status !== 403 && status !== 404 && status !== 422) return false;
      this.#keep(this.#calls.slice(1));
      throw thrown;
    }
  }

  #keep(calls: readonly HelpCall[]): void {
    this.#calls = calls;
    if (calls.length > 0) this.store.setItem(this.key, JSON.stringify(calls));
    else this.store.removeItem(this.key);
  }
}
