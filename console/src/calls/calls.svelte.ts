/** The call that this desk works on: answered, put through the gate, ended. */
import * as rest from "../rest";
import type { Call } from "../types";
import { Act } from "../ui/act.svelte";
import type { DeskStore } from "../desk/desk.svelte";
import type { IntakeForm } from "../desk/intake.svelte";
import type { Relevance } from "./gate";

export class CallWork {
  chosenId = $state<number | null>(null);
  /** Who calls, once it was asked for: each look is recorded. */
  who = $state.raw<rest.CallPrivate | null>(null);
  readonly act = new Act();
  readonly chosen = $derived.by(() => this.desk.board.calls.get(this.chosenId ?? -1));

  constructor(
    private readonly desk: DeskStore,
    private readonly intake: IntakeForm,
  ) {}

  choose(id: number | null): void {
    if (id === this.chosenId) return;
    this.chosenId = id;
    this.who = null;
    this.act.forget();
  }

  /** A call that this person answers now, where no exchange tells of it. */
  async begin(channel: string): Promise<void> {
    await this.act.run(async () => {
      const call = await rest.calls.begin(channel);
      this.desk.takeCall(call);
      this.choose(call.id);
    });
  }

  async answer(id: number): Promise<void> {
    this.choose(id);
    await this.act.run(async () => {
      await rest.calls.answer(id);
      await this.#look(id);
    });
  }

  async look(id: number): Promise<void> {
    await this.act.run(() => this.#look(id));
  }

  /** One answer of the gate: a relevant call goes on to the form, the others are settled. */
  async judge(call: Call, relevance: Relevance, outcome?: string): Promise<void> {
    if (relevance === "relevant" && outcome === undefined) {
      this.intake.showForCall(call.id, this.who);
      this.choose(null);
      return;
    }
    await this.#settle(call, () => rest.calls.classify(call.id, relevance, outcome));
  }

  async join(call: Call, incidentId: number): Promise<void> {
    await this.#settle(call, () => rest.calls.join(call.id, incidentId));
  }

  async passOn(call: Call, to: string): Promise<void> {
    await this.#settle(call, () => rest.calls.passOn(call.id, to));
  }

  async end(id: number): Promise<void> {
    await this.act.run(() => rest.calls.end(id));
  }

  /** What is settled at a desk without an exchange is over; an exchange says so itself. */
  async #settle(call: Call, settle: () => Promise<Call>): Promise<void> {
    await this.act.run(async () => {
      const settled = await settle();
      if (!settled.from_exchange && settled.status === "answered") await rest.calls.end(call.id);
      this.choose(null);
    });
  }

  async #look(id: number): Promise<void> {
    const who = await rest.calls.private(id);
    if (id === this.chosenId) this.who = who;
  }
}
