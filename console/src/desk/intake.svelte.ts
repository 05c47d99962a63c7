/** The open intake form: its draft, where the typed place lies, and saving it. */
import type { Problem } from "../problem";
import * as rest from "../rest";
import { readNumber, toLatin } from "../text/digits";
import { lang } from "../text/language.svelte";
import { now } from "../time/now.svelte";
import { Act } from "../ui/act.svelte";
import { ask } from "../ui/ask";
import type { DeskStore } from "./desk.svelte";
import { TriageOfDraft } from "../calls/triage.svelte";
import { type Draft, emptyDraft, faultOf, incidentOf, keepDraft, keptDraft, placeOf } from "./draft";

/** A metre or so: finer is only noise. */
const DECIMALS = 5;
const TYPING_MS = 300;

export class IntakeForm {
  shown = $state(false);
  draft = $state<Draft>(emptyDraft(new Date(now.ms)));
  location = $state.raw<rest.Location | null>(null);
  locationProblem = $state.raw<Problem | null>(null);
  /** The person has tried to save, so faults may be pointed at. */
  tried = $state(false);

  /** Half-written forms of other calls. */
  readonly #aside = new Map<number, Draft>();
  readonly saving = new Act();
  readonly place = $derived.by(() => (this.shown ? placeOf(this.draft) : null));
  readonly triage = new TriageOfDraft(this);
  readonly fault = $derived(faultOf(this.draft, this.triage.priority));
  /** Another incident that the person says this call belongs to. */
  belongs = $state<{ kind: "same" | "related"; id: number } | null>(null);

  readonly uncertaintyM = $derived(readNumber(this.draft.uncertainty) ?? 0);
  /** Where the map draws it, and how far off it may be. */
  readonly pin = $derived(this.place && { ...this.place, uncertaintyM: this.uncertaintyM });
  /** What the call tells so far that others may have told as well. */
  readonly told = $derived.by(() => toldBy(this.place, this.uncertaintyM, this.draft.callerPhone));

  constructor(
    private readonly desk: DeskStore,
    private readonly account: string,
  ) {
    const kept = keptDraft(account);
    if (kept) {
      this.draft = kept;
      this.shown = true;
    }
    $effect(() => this.#keep());
    $effect(() => this.#locateSoon());
  }

  /** The server can be asked about what is written. */
  get canAsk(): boolean {
    return this.desk.canAct;
  }

  show(): void {
    if (!this.shown && isBlank(this.draft)) this.#anew();
    this.shown = true;
  }

  /** The form of a call that passed the gate, with what is known of the caller. */
  showForCall(callId: number, who: rest.CallPrivate | null): void {
    if (this.draft.callId !== null && this.draft.callId !== callId) this.#turnTo(callId);
    else if (!this.shown && isBlank(this.draft)) this.#anew();
    this.draft.callId = callId;
    this.draft.callerName ||= who?.caller_name ?? "";
    this.draft.callerPhone ||= who?.caller_phone ?? "";
    this.shown = true;
  }

  showAt(lat: number, lon: number): void {
    this.show();
    this.takePlace(lat, lon);
  }

  hide(): void {
    this.shown = false;
  }

  /** A click on the map gives the place while the form is open; false when it is not. */
  takePlace(lat: number, lon: number): boolean {
    if (!this.shown) return false;
    this.draft.lat = lang.digits(Number(lat.toFixed(DECIMALS)));
    this.draft.lon = lang.digits(Number(lon.toFixed(DECIMALS)));
    return true;
  }

  /** A place that was found by what was written, as uncertain as it is. */
  takeFound({ lat, lon, uncertainty_m }: rest.Candidate): void {
    this.takePlace(lat, lon);
    this.draft.uncertainty = lang.digits(Math.round(uncertainty_m));
  }

  discard(): void {
    this.#anew();
    this.shown = false;
  }

  async save(): Promise<void> {
    this.tried = true;
    if (this.fault) return;
    const incident = incidentOf(this.draft);
    await this.saving.run(async () => {
      const opened = await rest.incidents.open(incident, this.draft.key);
      const { belongs } = this;
      if (belongs?.kind === "same") await rest.belonging.merge(opened.id, belongs.id);
      if (belongs?.kind === "related") await rest.belonging.link(opened.id, belongs.id);
      this.discard();
      if (belongs?.kind === "same") this.desk.select(belongs.id);
      else this.desk.taken(opened);
    });
  }

  /** Lay the form of one call aside and take up that of another. */
  #turnTo(callId: number): void {
    const { callId: before } = this.draft;
    if (before !== null) this.#aside.set(before, $state.snapshot(this.draft));
    this.#anew();
    this.draft = this.#aside.get(callId) ?? this.draft;
    this.#aside.delete(callId);
    if (this.draft.group !== "") this.triage.keepChoice();
  }

  #anew(): void {
    this.draft = emptyDraft(new Date(now.ms));
    this.location = null;
    this.belongs = null;
    this.tried = false;
    this.saving.forget();
  }

  #keep(): void {
    const draft = $state.snapshot(this.draft);
    keepDraft(this.account, isBlank(draft) ? null : draft);
  }

  /** Ask where the place lies a moment after it was last changed, and anew when the link is back. */
  #locateSoon(): (() => void) | void {
    const { place, uncertaintyM } = this;
    this.location = null;
    this.locationProblem = null;
    if (!place || !this.desk.canAct) return;
    return ask(
      () => rest.locate(place.lat, place.lon, Math.max(0, uncertaintyM)),
      (location) => (this.location = location),
      (problem) => (this.locationProblem = problem),
      TYPING_MS,
    );
  }
}

/** Null while neither a place nor a number is known. */
function toldBy(place: { lat: number; lon: number } | null, uncertaintyM: number, phone: string): rest.Told | null {
  const caller_phone = toLatin(phone).trim() || null;
  if (!place && !caller_phone) return null;
  return { ...place, uncertainty_m: Math.max(0, uncertaintyM), caller_phone };
}

/** Nothing was written yet. */
function isBlank(draft: Draft): boolean {
  const { lat, lon, address, narrative, callerName, callerPhone, group, callId } = draft;
  if (callId !== null) return false;
  return [lat, lon, address, narrative, callerName, callerPhone, group].every((it) => it === "");
}
