/** What the team page knows: the unit's state, what waits to be sent, what was refused. */
import { createContext } from "svelte";
import { nextSteps, reached } from "../job";
import type { LinkState } from "../link/core";
import { type LinkHandle, openLink } from "../link/socket";
import type { Problem } from "../problem";
import * as rest from "../rest";
import { signedIn } from "../signin/session.svelte";
import { lang } from "../text/language.svelte";
import { now } from "../time/now.svelte";
import type { FactKind, FixReport, Milestone, Offer, Refused, UnitOut, UnitState } from "../types";
import { uuid } from "../uuid";
import { FixBuffer } from "./fixes";
import { Kept } from "./kept";
import { forgetDrafts, LastIncident } from "./last";
import { suggestionOf } from "./suggestion";
import { type CrewAct, Outbox, toldMilestones } from "./outbox";

const VERSION = 1;
/** How often a team reports until the server says. */
const INTERVAL_S = 10;
/** What may change where the job is and what was told of it. */
const REWRITES: readonly FactKind[] = ["record_corrected", "incident_merged", "incident_unmerged"];

export class CrewStore {
  state = $state.raw<UnitState | null>(null);
  link = $state.raw<LinkState>({ name: "connecting" });
  codes = $state.raw<rest.Codes | null>(null);
  ground = $state.raw<rest.Ground | null>(null);
  /** Acts that wait for the server's answer. */
  acts = $state.raw<readonly CrewAct[]>([]);
  waitingFixes = $state(0);
  /** The incident that it was on last, while the server may still tell of it. */
  last = $state<number | null>(null);
  /** How often what was read of the job's place may have become wrong, a cut among it. */
  rewrites = $state(0);
  /** How many seconds the server wants between two positions. */
  intervalS = $state(INTERVAL_S);
  refusals = $state.raw<readonly { act: CrewAct | null; problem: Problem }[]>([]);
  /** Acts that were done, whose new state may still be on its way. */
  #done = $state.raw<readonly CrewAct[]>([]);

  readonly #outbox: Outbox;
  readonly #fixes: FixBuffer;
  readonly #last: LastIncident;
  readonly #kept = new Kept(localStorage);
  #link: LinkHandle | null = null;

  readonly onShift = $derived((this.state?.unit.shift_id ?? null) !== null);
  readonly waiting = $derived(this.acts.length + this.waitingFixes);

  constructor(account: string, unitId: number | null) {
    this.#outbox = new Outbox(localStorage, `sayyar.outbox.${account}`);
    this.#fixes = new FixBuffer(localStorage, `sayyar.fixes.${account}`);
    this.#last = new LastIncident(localStorage, `sayyar.last.${account}`);
    this.last = this.#last.id;
    this.state = this.#kept.state(unitId);
    this.#count();
  }

  start(): () => void {
    this.connect();
    return () => this.#link?.stop();
  }

  connect(): void {
    this.#link?.stop();
    this.#link = openLink<UnitOut>({
      path: "/ws/unit",
      hello: () => ({ type: "hello", version: VERSION }),
      onMessage: (message) => this.#receive(message),
      onState: (state) => this.#linkChanged(state),
      onTurnedAway: () => signedIn.check(),
    });
  }

  async load(): Promise<void> {
    [this.codes, this.ground] = await Promise.all([rest.codes(), rest.ground()]);
  }

  addFix(fix: FixReport): void {
    this.#fixes.add(fix);
    this.#flush();
  }

  answer(offerId: number, accept: boolean, reason: string | null): void {
    this.#tell({ type: "answer", ...stamped(), offer_id: offerId, accept, reason, note: null });
  }

  /** The page shows the offer to a person; said until the server has it. */
  seen({ id, seen_at }: Offer): void {
    if (!seen_at) this.#receipt(id, true);
  }

  /** What a broadcast says came here, or is shown to a person; said until the server has it. */
  heard(broadcast_id: number, version: number, seen: boolean): void {
    if (this.link.name !== "live") return;
    this.#link?.send({ type: "broadcast_receipt", broadcast_id, version, seen, device_at: new Date().toISOString() });
  }

  /** `suggested`: the crew takes up what its way suggested. */
  report(assignmentId: number, milestone: Milestone, suggested = false): void {
    this.#tell({ type: "report", ...stamped(), assignment_id: assignmentId, milestone, suggested });
  }

  /** The crew did not reach what its way suggested. */
  dismiss(assignmentId: number, milestone: Milestone): void {
    const { id } = stamped();
    this.#tell({ type: "dismiss", id, assignment_id: assignmentId, milestone });
  }

  /** The crew is well. */
  checkIn(assignmentId: number): void {
    this.#tell({ type: "check_in", ...stamped(), assignment_id: assignmentId });
  }

  /** A check-in is told and the server has not yet answered it. */
  isCheckingIn(assignmentId: number): boolean {
    return this.acts.some((it) => it.type === "check_in" && it.assignment_id === assignmentId);
  }

  /** The crew needs something of others: a task for the desk. */
  ask(assignmentId: number, kind: string): void {
    this.#tell({ type: "ask", ...stamped(), assignment_id: assignmentId, kind, note: null });
  }

  /** It was asked here, and the server has not yet answered. */
  isAsking(assignmentId: number, kind: string): boolean {
    return this.acts.some((it) => it.type === "ask" && it.assignment_id === assignmentId && it.kind === kind);
  }

  /** The step to ask the crew about; null when its way suggests none. */
  get suggestion(): Milestone | null {
    const assignment = this.state?.assignment;
    return assignment ? suggestionOf(assignment, this.steps.done, [...this.acts, ...this.#done]) : null;
  }

  /** What speaks against the vehicle, in words. */
  notReady(what: string): string {
    return what === "defect" ? lang.text.vehicle.defect : this.name("check_kind", what);
  }

  /** The milestones reached or told of the live assignment, and which of them still wait. */
  get steps(): { done: Milestone[]; pending: Milestone[]; next: Milestone[] } {
    const assignment = this.state?.assignment;
    if (!assignment) return { done: [], pending: [], next: [] };
    const pending = toldMilestones(this.acts, assignment.id);
    const settled = toldMilestones(this.#done, assignment.id);
    const done = reached(assignment, [...pending, ...settled]);
    return { done, pending, next: nextSteps(done) };
  }

  /** The crew's answer to an offer is given, whether or not the server has it yet. */
  isAnswered(offerId: number): boolean {
    return [...this.acts, ...this.#done].some((it) => it.type === "answer" && it.offer_id === offerId);
  }

  /** When the crew told that its job is done; null while it has not. */
  clearedAt(assignmentId: number): string | null {
    const told = [...this.acts, ...this.#done].find(
      (it) => it.type === "report" && it.assignment_id === assignmentId && it.milestone === "cleared",
    );
    return (told && "device_at" in told && told.device_at) || null;
  }

  /** Nothing may be known of it any more, nor of what was written and never sent. */
  forgetLast(): void {
    this.#last.forget();
    this.last = null;
    forgetDrafts(localStorage);
  }

  understood(): void {
    this.refusals = [];
  }

  name(table: rest.CodeTable, code: string): string {
    const found = this.codes?.[table].find((it) => it.code === code);
    return found ? lang.name(found) : code;
  }

  county(code: string | null): string {
    const found = this.ground?.counties.features.find((it) => it.properties.code === code);
    return found ? lang.name(found.properties) : (code ?? lang.text.unknown);
  }

  #receipt(offer_id: number, seen: boolean): void {
    if (this.link.name !== "live") return;
    this.#link?.send({ type: "receipt", offer_id, seen, device_at: new Date().toISOString() });
  }

  #tell(act: CrewAct): void {
    this.#outbox.add(act);
    this.#flush();
  }

  #receive(message: UnitOut): void {
    if ("server_at" in message) now.learn(message.server_at);
    if (isRewrite(message)) this.rewrites += 1;
    if (message.type === "welcome" || message.type === "state") this.#standing(message.state);
    else if (message.type === "hint") this.intervalS = message.interval_s;
    else if (message.type === "ack") message.seqs.forEach((seq) => this.#fixes.acknowledged(seq));
    else if (message.type === "done") this.#settle(message.id);
    else if (message.type === "refused") this.#refused(message);
    this.#flush();
  }

  /** An offer that came is acknowledged by itself, so that the desk knows that it is here. */
  #standing(state: UnitState): void {
    this.state = state;
    this.#kept.keepState(state);
    const { offer, assignment } = state;
    if (assignment) {
      this.last = assignment.incident_id;
      this.#last.keep(this.last);
    }
    if (offer && !offer.delivered_at) this.#receipt(offer.id, false);
  }

  #settle(id: string): void {
    const act = this.#outbox.settle(id);
    if (act) this.#done = [...this.#done, act];
  }

  #refused({ id, problem }: Refused): void {
    this.refusals = [...this.refusals, { act: this.#outbox.settle(id), problem }];
  }

  /** Send what may go now: one act and one batch of positions at a time, in order. */
  #flush(): void {
    if (this.link.name === "live") {
      const act = this.#outbox.next();
      if (act) this.#link?.send(act);
      const batch = this.#fixes.next();
      if (batch) this.#link?.send(batch);
    }
    this.#count();
  }

  #count(): void {
    this.acts = this.#outbox.acts;
    this.waitingFixes = this.#fixes.waiting;
  }

  #linkChanged(state: LinkState): void {
    if (state.name !== "live" && this.link.name === "live") {
      this.#outbox.interrupted();
      this.#fixes.interrupted();
    }
    const opened = state.name === "live" && this.link.name !== "live";
    if (JSON.stringify(state) !== JSON.stringify(this.link)) this.link = state;
    if (state.name === "ended" && state.code === 4401) signedIn.lost();
    if (opened) this.#flush();
  }
}

function isRewrite(message: UnitOut): boolean {
  return message.type === "welcome" || (message.type === "state" && REWRITES.includes(message.kind));
}

/** An id made once, and the device's own time, which the server keeps beside its own. */
function stamped(): { id: string; device_at: string } {
  return { id: uuid(), device_at: new Date().toISOString() };
}

export const [useCrew, provideCrew] = createContext<CrewStore>();
