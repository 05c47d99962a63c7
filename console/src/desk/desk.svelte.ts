/** What the desk knows and has chosen: the live board, the ground, the selection, the alarms. */
import { createContext } from "svelte";
import { apply, type Board, EMPTY } from "../board";
import type { LinkState } from "../link/core";
import { type LinkHandle, openLink } from "../link/socket";
import * as rest from "../rest";
import { signedIn } from "../signin/session.svelte";
import { now } from "../time/now.svelte";
import type { Call, ConsoleOut, CoverageView, Fact, FactKind, Incident, StandingAlarm } from "../types";
import { acknowledge, afterFact, type Alarm, alarmedUnits, onBoard, stillTold } from "./alarms";
import { afterFact as logged, type Log } from "./log";
import { Placing } from "./placing.svelte";

const VERSION = 1;
/** Positions reach the screen at most this often; facts reach it at once. */
const POSITIONS_EVERY_MS = 1000;
/** What changes the private part of an incident: whoever has it before their eyes must see the new one. */
const REWRITES: readonly FactKind[] = ["record_corrected", "note_added", "incident_merged", "incident_unmerged"];

export class DeskStore {
  board = $state.raw<Board>(EMPTY);
  link = $state.raw<LinkState>({ name: "connecting" });
  ground = $state.raw<rest.Ground | null>(null);
  codes = $state.raw<rest.Codes | null>(null);
  alarms = $state.raw<readonly Alarm[]>([]);
  /** The server's alarms that somebody has just acknowledged, here or at another desk. */
  answered = $state.raw<readonly StandingAlarm[]>([]);
  /** Which counties a free unit reaches in time, as the server last made it out. */
  coverage = $state.raw<CoverageView | null>(null);

  selectedId = $state<number | null>(null);
  /** The incident that this desk has just taken: its address may be shown without asking. */
  justTakenId = $state<number | null>(null);
  recommendations = $state.raw<ReadonlyMap<number, rest.Recommendation>>(new Map());
  /** What happened to each unit since this page was opened. */
  unitLog = $state.raw<Log>(new Map());
  readonly placing = new Placing();
  /** The private part of the selected incident, once it was asked for. */
  place = $state.raw<rest.PrivatePart | null>(null);
  /** The last fact of each incident, so that its timeline is read again. */
  lastFacts = $state.raw<ReadonlyMap<number, number>>(new Map());
  /** Closed incidents that were seen closing; the board has forgotten them. */
  #closed = $state.raw<ReadonlyMap<number, Incident>>(new Map());

  #latest: Board = EMPTY;
  #publishing: ReturnType<typeof setTimeout> | undefined;
  #link: LinkHandle | null = null;

  /** Planners and administrators see the desk; the server takes its acts from dispatchers alone. */
  readonly mayAct: boolean;
  readonly canAct = $derived.by(() => this.link.name === "live" && this.mayAct);
  /** Units that call for help and that nobody has answered yet. */
  readonly alarmedUnits = $derived(alarmedUnits(this.board));
  readonly selected = $derived(this.#find(this.selectedId));
  readonly recommendation = $derived(this.recommendations.get(this.selectedId ?? -1));

  constructor(role: rest.Session["role"]) {
    this.mayAct = role === "dispatcher";
  }

  start(): () => void {
    this.connect();
    const ticking = setInterval(() => this.#watchAlarms(), 1000);
    return () => {
      clearInterval(ticking);
      clearTimeout(this.#publishing);
      this.#link?.stop();
    };
  }

  connect(): void {
    this.#link?.stop();
    this.#link = openLink<ConsoleOut>({
      path: "/ws/console",
      hello: () => ({ type: "hello", version: VERSION, stream: this.#latest.stream, seq: this.#latest.seq }),
      onMessage: (message) => this.#receive(message),
      onState: (state) => this.#linkChanged(state),
      onTurnedAway: () => signedIn.check(),
    });
  }

  /** The ground and the code tables; throws Refusal. */
  async load(): Promise<void> {
    [this.ground, this.codes] = await Promise.all([rest.ground(), rest.codes()]);
  }

  select(id: number | null): void {
    if (id === this.selectedId) return;
    this.selectedId = id;
    this.place = null;
  }

  taken(incident: Incident): void {
    this.justTakenId = incident.id;
    if (!this.board.incidents.has(incident.id)) this.#publish(withIncident(this.#latest, incident));
    this.select(incident.id);
  }

  /** What the server's answer says of a new call, until its fact comes. */
  takeCall(call: Call): void {
    if (this.#latest.calls.has(call.id)) return;
    const calls = new Map(this.#latest.calls).set(call.id, call);
    this.#publish({ ...this.#latest, calls });
  }

  async recommend(id: number): Promise<rest.Recommendation> {
    const made = await rest.incidents.recommend(id);
    this.recommendations = new Map(this.recommendations).set(id, made);
    return made;
  }

  async showPlace(id: number): Promise<void> {
    const place = await rest.incidents.private(id);
    if (id === this.selectedId) this.place = place;
  }

  /** See an alarm; one of the server's ends at every desk, and may be refused. Throws Refusal. */
  async acknowledge({ id, key }: Alarm): Promise<void> {
    if (id !== null) await rest.alarms.acknowledge(id);
    else this.alarms = acknowledge(this.alarms, key);
  }

  #find(id: number | null): Incident | undefined {
    if (id === null) return undefined;
    return this.board.incidents.get(id) ?? this.#closed.get(id);
  }

  #receive(message: ConsoleOut): void {
    if ("server_at" in message) now.learn(message.server_at);
    const before = this.#latest.seq ?? -1;
    this.#latest = apply(this.#latest, message);
    if (message.type === "snapshot") this.coverage = message.coverage ?? null;
    if (message.type === "coverage") this.coverage = message.view;
    if (message.type === "tick") return this.#publishSoon();
    if (message.type === "facts") {
      message.facts.filter((fact) => fact.seq > before).forEach((fact) => this.#happened(fact));
    }
    this.#publish(this.#latest);
  }

  #happened(fact: Fact): void {
    this.alarms = afterFact(this.alarms, fact);
    if (fact.kind === "alarm_acknowledged" && fact.alarm?.kind === "sos") this.answered = [...this.answered, fact.alarm];
    this.unitLog = logged(this.unitLog, fact);
    const about = fact.offer ?? fact.assignment ?? fact.task ?? fact.removal ?? fact.referral ?? fact.follow_up;
    const id = fact.approval?.incident_id ?? fact.incident?.id ?? about?.incident_id;
    if (id === undefined) return;
    this.lastFacts = new Map(this.lastFacts).set(id, fact.seq);
    if (REWRITES.includes(fact.kind)) this.#readPlaceAgain([id, fact.other_incident]);
    if (fact.incident?.status === "closed") {
      this.#closed = new Map(this.#closed).set(id, fact.incident);
    }
  }

  /** Read the private part again that is on the screen; one that is not shown stays unread. */
  #readPlaceAgain(changed: readonly (number | null | undefined)[]): void {
    const id = this.selectedId;
    if (id === null || this.place === null || !changed.includes(id)) return;
    this.showPlace(id).catch(() => this.selectedId === id && (this.place = null));
  }

  #linkChanged(state: LinkState): void {
    const { link } = this;
    if (JSON.stringify(state) !== JSON.stringify(link)) this.link = state;
    if (state.name === "ended" && state.code === 4401) signedIn.lost();
  }

  #publish(board: Board): void {
    clearTimeout(this.#publishing);
    this.#publishing = undefined;
    this.#latest = board;
    this.board = board;
    this.#watchAlarms();
  }

  #publishSoon(): void {
    this.#publishing ??= setTimeout(() => this.#publish(this.#latest), POSITIONS_EVERY_MS);
  }

  #watchAlarms(): void {
    this.alarms = onBoard(this.alarms, this.#latest);
    const told = stillTold(this.answered, now.ms);
    if (told.length < this.answered.length) this.answered = told;
  }
}

/** What the server's answer says of a new incident, until its fact comes. */
function withIncident(board: Board, incident: Incident): Board {
  return { ...board, incidents: new Map(board.incidents).set(incident.id, incident) };
}

export const [useDesk, provideDesk] = createContext<DeskStore>();
