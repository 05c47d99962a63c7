/**
 * What the team page knew last, for when it is opened again without a network: who works here, and
 * the unit's state, which carries areas and codes. Exact places and names are never kept.
 */
import type { Session } from "../rest";
import type { UnitState } from "../types";
import type { Store } from "./outbox";

const WHO = "sayyar.team.who";
const STATE = "sayyar.team.state";

export class Kept {
  constructor(private readonly store: Store) {}

  get who(): Session | null {
    return this.#read<Session>(WHO);
  }

  keepWho(who: Session): void {
    if (who.role === "crew") this.store.setItem(WHO, JSON.stringify(who));
    else this.forget();
  }

  state(unitId: number | null): UnitState | null {
    const kept = this.#read<UnitState>(STATE);
    return kept?.unit.id === unitId ? kept : null;
  }

  keepState(state: UnitState): void {
    this.store.setItem(STATE, JSON.stringify(state));
  }

  forget(): void {
    this.store.removeItem(WHO);
    this.store.removeItem(STATE);
  }

  #read<T>(key: string): T | null {
    return JSON.parse(this.store.getItem(key) ?? "null") as T | null;
  }
}
