/** What the administrator's page knows: ground, words, units and devices, read again every while. */
import { createContext } from "svelte";
import type { Problem } from "../problem";
import { problemOf } from "../problem";
import * as rest from "../rest";
import { signedIn } from "../signin/session.svelte";
import { now } from "../time/now.svelte";
import type { Unit } from "../types";
import { deviceOrder, matterOf } from "./devices";

const EVERY_MS = 5_000;

export class AdminStore {
  ground = $state.raw<rest.Ground | null>(null);
  codes = $state.raw<rest.Codes | null>(null);
  board = $state.raw<{ units: ReadonlyMap<number, Unit> }>({ units: new Map() });
  devices = $state.raw<rest.Device[] | null>(null);
  /** Why the last reading failed; what is shown is from before. */
  problem = $state.raw<Problem | null>(null);
  readAtMs = $state(0);

  readonly units = $derived([...this.board.units.values()].sort((a, b) => a.code.localeCompare(b.code, "en", { numeric: true })));
  readonly rows = $derived(deviceOrder((this.devices ?? []).map((device) => this.#row(device))));

  start(): () => void {
    void this.load();
    const reading = setInterval(() => this.read(), EVERY_MS);
    return () => clearInterval(reading);
  }

  async load(): Promise<void> {
    await this.#keep(async () => {
      [this.ground, this.codes] = await Promise.all([rest.ground(), rest.codes()]);
    });
    await this.read();
  }

  async read(): Promise<void> {
    await this.#keep(async () => {
      const [{ units }, { devices }] = await Promise.all([rest.units.list(), rest.devices.list()]);
      this.board = { units: new Map(units.map((it) => [it.id, it])) };
      this.devices = devices;
      this.readAtMs = now.ms;
    });
  }

  #row(device: rest.Device) {
    const onShift = (this.board.units.get(device.unit_id)?.shift_id ?? null) !== null;
    return { device, onShift, matter: matterOf(device, onShift, now.ms) };
  }

  async #keep(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      if (this.problem.status === 401) signedIn.lost();
    }
  }
}

export const [useAdmin, provideAdmin] = createContext<AdminStore>();
