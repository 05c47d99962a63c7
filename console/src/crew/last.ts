/**
 * The incident that the crew last was on: its number alone is kept, so that after a reload the
 * page can ask what may still be shown of it.
 */
import type { Store } from "./outbox";

export class LastIncident {
  constructor(
    private readonly store: Store,
    private readonly key: string,
  ) {}

  get id(): number | null {
    const kept = this.store.getItem(this.key);
    return kept === null ? null : Number(kept);
  }

  keep(id: number): void {
    this.store.setItem(this.key, String(id));
  }

  forget(): void {
    this.store.removeItem(this.key);
  }
}

/** Whether what a crew may know since `endedAt` is over, by seconds since then; never without. */
export function isOver(sinceEndS: number | null, graceS: number): boolean {
  return sinceEndS !== null && sinceEndS >= graceS;
}

const DRAFTS = ["sayyar.scene.", "sayyar.hand-over.", "sayyar.referral."];

/** Drop what a crew wrote about a person and never sent. */
export function forgetDrafts(store: Pick<Storage, "length" | "key" | "removeItem">): void {
  const names = Array.from({ length: store.length }, (_, n) => store.key(n) ?? "");
  names.filter((name) => DRAFTS.some((kind) => name.startsWith(kind))).forEach((name) => store.removeItem(name));
}
