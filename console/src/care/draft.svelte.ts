/**
 * A form that is being filled in: each change is in the browser's storage at once, so that a page
 * that is killed, or a link that is lost, costs nobody a word. The key under which it is sent is
 * made once and kept with it: sent twice it counts once.
 */
import { uuid } from "../uuid";

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

interface Kept<T> {
  key: string;
  value: T;
}

export class Draft<T extends object> {
  value: T = $state() as T;
  #key: string;

  constructor(
    private readonly store: Store,
    private readonly name: string,
    private readonly empty: () => T,
  ) {
    const kept = read<T>(store, name);
    this.#key = kept?.key ?? uuid();
    this.value = { ...empty(), ...kept?.value };
  }

  /** The idempotency key of what is written now. */
  get key(): string {
    return this.#key;
  }

  keep(): void {
    const kept: Kept<T> = { key: this.#key, value: $state.snapshot(this.value) as T };
    this.store.setItem(this.name, JSON.stringify(kept));
  }

  /** The server refused it: what is sent next is another request. */
  renew(): void {
    this.#key = uuid();
    this.keep();
  }

  /** It was sent: the next one begins empty. */
  clear(): void {
    this.store.removeItem(this.name);
    this.#key = uuid();
    this.value = this.empty();
  }
}

function read<T>(store: Store, name: string): Kept<T> | null {
  const text = store.getItem(name);
  return text === null ? null : (JSON.parse(text) as Kept<T>);
}

/** The value without what was left empty. */
export function filled<T extends Record<string, string>>(value: T): Partial<T> {
  const written = Object.entries(value).map(([name, text]) => [name, text.trim()] as const);
  return Object.fromEntries(written.filter(([, text]) => text !== "")) as Partial<T>;
}
