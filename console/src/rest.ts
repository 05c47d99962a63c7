/** The HTTP side of the wire: one function a route. Each throws Refusal when refused. */
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { readProblem, Refusal } from "./problem";
import type { Named } from "./text/language.svelte";
import type { AgencyAct, Approval, Assignment, Broadcast, Call, FollowUp, HandOver, Incident, Milestone, Offer, Position, Referral, Removal, SceneVersion, SensitiveAct, Severity, Shelter, StandingAlarm, Task, Unit } from "./types";
import type { components } from "./wire";
import { uuid } from "./uuid";

type Schemas = components["schemas"];

export type Session = Schemas["Signed"];
export type County = Schemas["CountyView"];
export type Location = Schemas["LocatedView"];
export type Card = Schemas["Card"];
export type PrivatePart = Schemas["Private"];
export type TimelineFact = Schemas["TimelineFact"];
export type Recommendation = Schemas["RecommendationView"];
export type Ranked = Schemas["Ranked"];
export type Divert = Schemas["Divert"];
export type Matching = Schemas["MatchingView"];
export type Excluded = Schemas["Excluded"];
export type NewShift = Schemas["ShiftIn"];
export type NewIncident = Schemas["IncidentIn"];
export type Suggestion = Schemas["Suggestion"];
export type CallPrivate = Schemas["CallPrivate"];
export type Readiness = Schemas["ReadinessOut"];
export type Device = Schemas["DeviceOut"];
export type NewDevice = Schemas["DeviceIn"];
export type Enrolled = Schemas["Enrolled"];
export type Client = Schemas["Client"];
export type Quarantined = Schemas["Reports"]["reports"][number];
export type Roster = Schemas["RosterOut"];
export type Track = Schemas["TrackView"];
export type TrackSummary = Schemas["TrackSummary"];

/** The ground, with the geometry typed as what it is. */
export interface Ground extends Omit<Schemas["GroundView"], "counties"> {
  counties: FeatureCollection<Polygon | MultiPolygon, County>;
}

export interface Code extends Named {
  code: string;
  /** What a prompt asks others for, a `request_kind`. */
  asks?: string;
}

export type CodeTable =
  | "target_group"
  | "capability"
  | "disposition"
  | "decline_reason"
  | "crew_role"
  | "hold_reason"
  | "withdraw_reason"
  | "reopen_reason"
  | "priority_reason"
  | "assign_reason"
  | "stand_down_reason"
  | "divert_reason"
  | "out_of_service_reason"
  | "gender"
  | "place_reason"
  | "odometer_reason"
  | "check_kind"
  | "priority"
  | "call_channel"
  | "call_relevance"
  | "call_outcome"
  | "desk"
  | "triage_flag"
  | "prompt"
  | "caution"
  | "caution_reason"
  | "caution_clear_reason"
  | "check_in_reason"
  | "request_kind"
  | "task_result"
  | "task_refusal"
  | "task_withdrawal"
  | "hand_over_receiver"
  | "hand_over_condition"
  | "removal_reason"
  | "removal_correct_reason"
  | "agency"
  | "referral_reason"
  | "referral_refuse_reason"
  | "referral_withdraw_reason"
  | "referral_close_reason"
  | "follow_up_kind"
  | "follow_up_outcome"
  | "postpone_reason"
  | "no_follow_up_reason"
  | "shelter_kind"
  | "scene_found"
  | "scene_risk"
  | "scene_harm"
  | "scene_action"
  | "scene_correct_reason"
  | "broadcast_kind"
  | "broadcast_withdraw_reason"
  | "review_item"
  | "review_mark"
  | "handoff_reason"
  | "handoff_refusal"
  | "take_over_reason"
  | "transfer_reason"
  | "transfer_end_reason"
  | "correction_reason"
  | "approval_reason"
  | "approval_refusal"
  | "alone_reason"
  | "priority";

/** A reason's code, and what is to be said about it. */
export interface Why {
  reason: string;
  note?: string;
}

export type Codes = Record<CodeTable, Code[]>;

const BASE = "/api/v1";
const PATIENCE_MS = 15_000;

async function call<T>(method: string, path: string, body?: object, key?: string): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const request: RequestInit = { method, headers, signal: AbortSignal.timeout(PATIENCE_MS) };
  if (body) request.body = JSON.stringify(body);
  const response = await fetch(BASE + path, request);
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Refusal(readProblem(response.status, answer));
  return answer as T;
}

const get = <T>(path: string) => call<T>("GET", path);
const post = <T>(path: string, body: object = {}) => call<T>("POST", path, body);
/** A POST that creates; the same `key` sent again creates nothing more. */
const create = <T>(path: string, body: object, key: string = uuid()) =>
  call<T>("POST", path, body, key);

export const session = {
  read: () => get<Session>("/session"),
  open: (name: string, password: string) => post<Session>("/session", { name, password }),
  changePassword: (password: string, new_password: string) =>
    post<void>("/session/password", { password, new_password }),
  end: () => call<void>("DELETE", "/session"),
};

export const ground = () => get<Ground>("/ground");
export const codes = () => get<Codes>("/codes");
export const locate = (lat: number, lon: number, uncertainty_m = 0) =>
  get<Location>(`/locate?lat=${lat}&lon=${lon}&uncertainty_m=${uncertainty_m}`);

export type Candidate = Schemas["CandidateView"];
export type Told = Schemas["ToldIn"];
export type Duplicate = Schemas["Duplicate"];
export type Links = Schemas["Links"];
export type History = Schemas["History"];
export type Caution = Schemas["Caution"];

/** Where a text may be; among equals the nearer to a place. */
export const where = (text: string, near: { lat: number; lon: number } | null) =>
  post<Schemas["WhereView"]>("/where", near ? { text, lat: near.lat, lon: near.lon } : { text });

/** What may be the same as a call that is being taken. */
export const duplicates = (told: Told) => post<Schemas["Duplicates"]>("/duplicates", told);

/** What belongs to an incident. */
export const belonging = {
  links: (id: number) => get<Links>(`/incidents/${id}/links`),
  duplicates: (id: number) => get<Schemas["Duplicates"]>(`/incidents/${id}/duplicates`),
  merge: (id: number, into: number) => post<Incident>(`/incidents/${id}/merge`, { into }),
  unmerge: (id: number) => post<Incident>(`/incidents/${id}/unmerge`),
  link: (id: number, other_id: number) => create<Links>(`/incidents/${id}/links`, { other_id }),
  unlink: (id: number, other_id: number) => post<Links>(`/incidents/${id}/links/${other_id}/end`),
};

/** What is known from before; the server writes down each look. */
export const history = {
  of: (id: number) => get<History>(`/incidents/${id}/history`),
  cautions: (id: number) => get<Schemas["Cautions"]>(`/incidents/${id}/cautions`),
  set: (id: number, caution: Schemas["CautionIn"]) => create<Caution>(`/incidents/${id}/cautions`, caution),
  clear: (id: number, reason: string) => post<Caution>(`/cautions/${id}/clear`, { reason }),
};

export const incidents = {
  open: (incident: NewIncident, key: string) => create<Incident>("/incidents", incident, key),
  read: (id: number) => get<Incident>(`/incidents/${id}`),
  private: (id: number) => get<PrivatePart>(`/incidents/${id}/private`),
  card: (id: number) => get<Card>(`/incidents/${id}/card`),
  timeline: (id: number) => get<{ facts: TimelineFact[] }>(`/incidents/${id}/timeline`),
  told: (id: number, prompt: string) => post<Incident>(`/incidents/${id}/prompts/${prompt}`),
  prioritise: (id: number, priority: number, why: Why) =>
    post<Incident>(`/incidents/${id}/priority`, { ...why, priority }),
  hold: (id: number, why: Why) => post<Incident>(`/incidents/${id}/hold`, why),
  release: (id: number) => post<Incident>(`/incidents/${id}/release`),
  close: (id: number, closing: Partial<Schemas["ClosingIn"]>) => post<Incident>(`/incidents/${id}/close`, closing),
  reopen: (id: number, why: Why) => post<Incident>(`/incidents/${id}/reopen`, why),
  recommend: (id: number) => create<Recommendation>(`/incidents/${id}/recommendations`, {}),
  offer: (id: number, offer: Partial<Why> & { unit_id?: number; recommendation_id?: number; backup?: boolean }) =>
    create<Offer>(`/incidents/${id}/offers`, offer),
  assign: (id: number, to: Partial<Why> & { unit_id: number; recommendation_id?: number; backup?: boolean }) =>
    create<Assignment>(`/incidents/${id}/assignments`, to),
  /** Take the unit of another incident's assignment for this one. */
  divert: (id: number, divert: Schemas["DivertIn"]) =>
    create<Schemas["DivertView"]>(`/incidents/${id}/diverts`, divert),
};

export const matching = () => get<Matching>("/matching");
export const triage = (group: string, flags: readonly string[]) =>
  get<Suggestion>(`/triage?group=${encodeURIComponent(group)}&flags=${flags.join(",")}`);

export const calls = {
  begin: (channel: string) => create<Call>("/calls", { channel }),
  private: (id: number) => get<CallPrivate>(`/calls/${id}/private`),
  answer: (id: number) => post<Call>(`/calls/${id}/answer`),
  end: (id: number) => post<Call>(`/calls/${id}/end`),
  classify: (id: number, relevance: string, outcome?: string) =>
    post<Call>(`/calls/${id}/classify`, outcome ? { relevance, outcome } : { relevance }),
  join: (id: number, incident_id: number) => post<Call>(`/calls/${id}/join`, { incident_id }),
  passOn: (id: number, to: string) => post<Call>(`/calls/${id}/pass-on`, { to }),
};

export const offers = {
  accept: (id: number) => post<Offer>(`/offers/${id}/accept`),
  withdraw: (id: number, why: Why) => post<Offer>(`/offers/${id}/withdraw`, why),
  sms: (id: number) => post<Offer>(`/offers/${id}/sms`),
};

export const assignments = {
  reach: (id: number, milestone: Milestone) =>
    post<Assignment>(`/assignments/${id}/milestones`, { milestone }),
  standDown: (id: number, why: Why) => post<Assignment>(`/assignments/${id}/stand-down`, why),
  checkIn: (id: number) => post<Assignment>(`/assignments/${id}/check-ins`),
  checkInEvery: (id: number, every_s: number | null, why: Why) =>
    post<Assignment>(`/assignments/${id}/check-in-interval`, { ...why, every_s }),
};

export const tasks = {
  ask: (incidentId: number, kind: string) => create<Task>(`/incidents/${incidentId}/tasks`, { kind }),
  askAsPrompted: (incidentId: number, prompt: string) =>
    create<Task>(`/incidents/${incidentId}/prompts/${prompt}/task`, {}),
  take: (id: number) => post<Task>(`/tasks/${id}/take`),
  end: (id: number, how: "done" | "refuse" | "withdraw", why: Why) => post<Task>(`/tasks/${id}/${how}`, why),
};

/** What crews of an area must look out for; the server writes down each reading of its text. */
export const broadcasts = {
  make: (said: Schemas["BroadcastIn"], key: string) => create<Broadcast>("/broadcasts", said, key),
  change: (id: number, said: Schemas["BroadcastIn"]) => post<Broadcast>(`/broadcasts/${id}/change`, said),
  withdraw: (id: number, reason: string) => post<Broadcast>(`/broadcasts/${id}/withdraw`, { reason }),
  text: (id: number) => get<Schemas["BroadcastText"]>(`/broadcasts/${id}/text`),
};

export type LiveBoard = Schemas["LiveBoardView"];
export const liveBoard = () => get<LiveBoard>("/board");

export type Sample = Schemas["SampleView"];
export const reviews = {
  sample: (asked: { seed: string; first: string; last: string; size: string; by: string }) =>
    get<Sample>(`/reviews/sample?${new URLSearchParams(asked)}`),
  record: (incidentId: number, review: Schemas["ReviewIn"], key: string) =>
    create<Schemas["ReviewView"]>(`/incidents/${incidentId}/reviews`, review, key),
  note: (id: number) => get<Schemas["ReviewNote"]>(`/reviews/${id}/note`),
};

export type Relay = Schemas["RelayView"];
/** Relays to other agencies' systems. */
export const partners = {
  list: () => get<Schemas["Partners"]>("/partners"),
  relays: (incidentId: number) => get<{ relays: Relay[] }>(`/incidents/${incidentId}/relays`),
  relay: (incidentId: number, partner: string, task_id: number | null, key: string) =>
    create<Relay>(`/incidents/${incidentId}/relays`, { partner, task_id }, key),
  giveUp: (id: number) => post<Relay>(`/relays/${id}/give-up`),
};

export const alarms = {
  acknowledge: (id: number) => post<StandingAlarm>(`/alarms/${id}/acknowledge`),
};

export const handOvers = {
  list: (incidentId: number) => get<{ hand_overs: HandOver[] }>(`/incidents/${incidentId}/hand-overs`),
  record: (assignmentId: number, one: Partial<Schemas["HandOverIn"]>, key: string) =>
    create<HandOver>(`/assignments/${assignmentId}/hand-overs`, one, key),
  private: (id: number) => get<Schemas["HandOverPrivate"]>(`/hand-overs/${id}/private`),
};

export type SceneReport = Partial<Schemas["SceneIn"]>;

export const sceneReports = {
  keep: (assignmentId: number, act: Schemas["SceneAct"], report: SceneReport, key: string) =>
    create<SceneVersion>(`/assignments/${assignmentId}/scene-report/${act}`, report, key),
  versions: (assignmentId: number) => get<{ versions: SceneVersion[] }>(`/assignments/${assignmentId}/scene-report`),
  private: (assignmentId: number) => get<Schemas["SceneTexts"]>(`/assignments/${assignmentId}/scene-report/private`),
};

export type NewShelter = Schemas["ShelterIn"];
export type ShelterPlace = Schemas["ShelterPrivate"];

export const shelters = {
  list: () => get<{ shelters: Shelter[] }>("/shelters"),
  open: (shelter: NewShelter, key: string) => create<Shelter>("/shelters", shelter, key),
  count: (id: number, free: number) => post<Shelter>(`/shelters/${id}/count`, { free }),
  close: (id: number) => post<Shelter>(`/shelters/${id}/close`),
  private: (id: number) => get<ShelterPlace>(`/shelters/${id}/private`),
  sendTo: (assignmentId: number, shelter_id: number) => post<Assignment>(`/assignments/${assignmentId}/destination`, { shelter_id }),
  destination: (assignmentId: number) => get<ShelterPlace>(`/assignments/${assignmentId}/destination`),
};

export const removals = {
  record: (incidentId: number, why: Why, key: string) => create<Removal>(`/incidents/${incidentId}/removals`, why, key),
  report: (id: number, report_no: string, reporter_name?: string) =>
    post<Removal>(`/removals/${id}/report`, reporter_name ? { report_no, reporter_name } : { report_no }),
  correct: (id: number, why: Why) => post<Removal>(`/removals/${id}/correct`, why),
};

export const referrals = {
  send: (incidentId: number, one: Why & { agency: string }, key: string) =>
    create<Referral>(`/incidents/${incidentId}/referrals`, one, key),
  act: (id: number, act: AgencyAct, why: Partial<Why> = {}) => post<Referral>(`/referrals/${id}/${act}`, why),
};

export const followUps = {
  set: (incidentId: number, one: { kind: string; due_at: string }, key: string) =>
    create<FollowUp>(`/incidents/${incidentId}/follow-ups`, one, key),
  take: (id: number) => post<FollowUp>(`/follow-ups/${id}/take`),
  postpone: (id: number, due_at: string, reason: string) => post<FollowUp>(`/follow-ups/${id}/postpone`, { due_at, reason }),
  close: (id: number, outcome: string) => post<FollowUp>(`/follow-ups/${id}/close`, { outcome }),
};

/** Who answers for an incident. */
export const ownership = {
  dispatchers: () => get<{ dispatchers: string[] }>("/dispatchers"),
  offer: (id: number, to: string, why: Why) => create<Incident>(`/incidents/${id}/handoff`, { ...why, to }),
  offerAll: (to: string, why: Why) => create<{ incidents: number[] }>("/handoffs", { ...why, to }),
  acceptAll: () => post<{ incidents: number[] }>("/handoffs/accept"),
  accept: (id: number) => post<Incident>(`/incidents/${id}/handoff/accept`),
  decline: (id: number, why: Why) => post<Incident>(`/incidents/${id}/handoff/decline`, why),
  withdraw: (id: number) => post<Incident>(`/incidents/${id}/handoff/withdraw`),
  takeOver: (id: number, why: Why) => post<Incident>(`/incidents/${id}/take-over`, why),
  transfer: (id: number, to: string, why: Why) => create<Incident>(`/incidents/${id}/transfer`, { ...why, to }),
  received: (id: number, receiver: string) => post<Incident>(`/incidents/${id}/transfer/received`, { receiver }),
  takeBack: (id: number, why: Why) => post<Incident>(`/incidents/${id}/transfer/take-back`, why),
};

export type Correction = Schemas["CorrectionIn"];

/** What is added to an incident's record, and put right in it. */
export const record = {
  note: (id: number, text: string) => create<Incident>(`/incidents/${id}/notes`, { text }),
  correct: (id: number, correction: Partial<Correction>) =>
    create<Schemas["CorrectionView"]>(`/incidents/${id}/corrections`, correction),
};

/** A second person for what is sensitive. */
export const approvals = {
  ask: (id: number, asked: Why & { act: SensitiveAct; value?: string; act_reason?: string }) =>
    create<Approval>(`/incidents/${id}/approvals`, asked),
  decide: (id: number, how: "approve" | "withdraw" | "review") => post<Approval>(`/approvals/${id}/${how}`),
  because: (id: number, how: "refuse" | "alone" | "object", why: Why) => post<Approval>(`/approvals/${id}/${how}`, why),
};

export const units = {
  list: () => get<Schemas["Units"]>("/units"),
  takeOut: (id: number, reason: string) => post<Unit>(`/units/${id}/out-of-service`, { reason }),
  bringBack: (id: number) => post<Unit>(`/units/${id}/bring-back`),
  callForHelp: (id: number, device_at: string, key: string) =>
    create<StandingAlarm>(`/units/${id}/sos`, { device_at }, key),
  place: (id: number, place: Schemas["PlaceIn"]) => create<Position>(`/units/${id}/place`, place),
  /** What this unit's crew may see: the shift that began at `since`. */
  track: (id: number, since: string) =>
    get<Track>(`/units/${id}/track?tolerance_m=15&since=${encodeURIComponent(since)}`),
  trackSummary: (id: number, since: string) =>
    get<TrackSummary>(`/units/${id}/track/summary?since=${encodeURIComponent(since)}`),
};

/** A vehicle's readiness; each act answers with the whole of it. */
export const vehicles = {
  readiness: (unitId: number) => get<Readiness>(`/units/${unitId}/readiness`),
  odometer: (unitId: number, km: number, reason: string) =>
    create<Readiness>(`/units/${unitId}/odometer`, reason ? { km, reason } : { km }),
  planCheck: (unitId: number, check: Schemas["CheckIn"]) =>
    create<Readiness>(`/units/${unitId}/checks`, check),
  finishCheck: (id: number) => post<Readiness>(`/checks/${id}/done`),
  openDefect: (unitId: number, severity: Severity, description: string) =>
    create<Readiness>(`/units/${unitId}/defects`, { severity, description }),
  mendDefect: (id: number) => post<Readiness>(`/defects/${id}/mended`),
};

export const devices = {
  list: () => get<{ devices: Device[] }>("/devices"),
  enrol: (device: NewDevice, key: string) => create<Enrolled>("/devices", device, key),
  rotate: (id: number, overlap_s: number | null, key: string) =>
    create<Enrolled>(`/devices/${id}/token`, { overlap_s }, key),
  revoke: (id: number) => call<void>("DELETE", `/devices/${id}`),
};

export interface Which {
  unit_id: number | null;
  reason: string | null;
  released: boolean | null;
}

export const quarantine = {
  list: (which: Which) => {
    const asked = Object.entries(which).filter(([, value]) => value !== null);
    const query = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
    return get<{ reports: Quarantined[] }>(`/quarantine?${query}`);
  },
  release: (id: number) => post<Quarantined>(`/quarantine/${id}/release`),
};

export const roster = () => get<Roster>("/roster");

export const shifts = {
  start: (shift: NewShift) => create<Unit>("/shifts", shift),
  end: (id: number) => post<Unit>(`/shifts/${id}/end`),
};
