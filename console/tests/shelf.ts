import type { Store } from "../src/crew/outbox";

/** What a browser keeps, across visits. */
export class Shelf implements Store {
  readonly kept = new Map<string, string>();
  get length() {
    return this.kept.size;
  }
  key(n: number) {
    return [...this.kept.keys()][n] ?? null;
  }
  getItem(key: string) {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.kept.set(key, value);
  }
  removeItem(key: string) {
    this.kept.delete(key);
  }
}
