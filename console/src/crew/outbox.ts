/**
 * The outbox: what the crew has told and the server has not yet answered, in the order of the
 * taps. One act is on its way at a time, so a later one can never overtake an earlier one, and an
 * act is sent again with the id it was made with.
 */
import type { Answer, Asking, CheckingIn, Dismiss, Milestone, Report } from "../types";

export type CrewAct = Answer | Report | Dismiss | CheckingIn | Asking;

/** The part of the browser's storage that is needed. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Outbox {
  #acts: readonly CrewAct[];
  #inFlight: string | null = null;

  constructor(
    private readonly store: Store,
    private readonly key: string,
  ) {
    this.#acts = JSON.parse(store.getItem(key) ?? "[]") as CrewAct[];
  }

  get acts(): readonly CrewAct[] {
    return this.#acts;
  }

  add(act: CrewAct): void {
    this.#keep([...this.#acts, act]);
  }

  /** The act to send now, or null while one is on its way or nothing waits. */
  next(): CrewAct | null {
    const first = this.#acts[0];
    if (!first || this.#inFlight !== null) return null;
    this.#inFlight = first.id;
    return first;
  }

  /** The server answered `id`, one way or the other; gives the act, null when it is unknown. */
  settle(id: string): CrewAct | null {
    const act = this.#acts.find((it) => it.id === id) ?? null;
    if (this.#inFlight === id) this.#inFlight = null;
    this.#keep(this.#acts.filter((it) => it.id !== id));
    return act;
  }

  /** The connection is gone: what was on its way will be sent again. */
  interrupted(): void {
    this.#inFlight = null;
  }

  #keep(acts: readonly CrewAct[]): void {
    this.#acts = acts;
    if (acts.length > 0) this.store.setItem(this.key, JSON.stringify(acts));
    else this.store.removeItem(this.key);
  }
}

/** The milestones of an assignment that are told but not yet answered. */
export function toldMilestones(acts: readonly CrewAct[], assignmentId: number): Milestone[] {
  return acts.flatMap((it) =>
    it.type === "report" && it.assignment_id === assignmentId ? [it.milestone] : [],
  );
}
