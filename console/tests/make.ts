/** Wire objects with sensible values, for tests to change what they care about. */
import type { Place } from "../src/place";
import type { Assignment, Fact, Facts, Incident, Offer, Position, Snapshot, StandingAlarm, Task, Unit } from "../src/types";

export const T0 = "2026-03-20T10:00:00Z";

export function at(seconds: number): string {
  return new Date(Date.parse(T0) + seconds * 1000).toISOString();
}

export function incident(change: Partial<Incident> = {}): Incident {
  return {
    id: 1,
    status: "waiting",
    status_at: T0,
    group: "abused_child",
    priority: 2,
    county: "north",
    owner_county: "north",
    outside: false,
    area: { lat: 34.5, lon: 50, radius_m: 1500 },
    needs: [],
    seeking: false,
    attention: null,
    disposition: null,
    owner: "desk",
    rang_at: null,
    flags: [],
    suggested_priority: null,
    prompts: [],
    answered_at: null,
    opened_at: T0,
    prioritised_at: null,
    closed_at: null,
    merged_into: null,
    handing_to: null,
    transfer_to: null,
    owner_desk: null,
    ...change,
  };
}

export function offer(change: Partial<Offer> = {}): Offer {
  return {
    id: 1,
    incident_id: 1,
    unit_id: 1,
    status: "open",
    made_at: T0,
    expires_at: at(60),
    answered_at: null,
    reason: null,
    eta_s: 600,
    backup: false,
    delivered_at: null,
    seen_at: null,
    sms: null,
    ...change,
  };
}

export function assignment(change: Partial<Assignment> = {}): Assignment {
  return {
    id: 1,
    incident_id: 1,
    unit_id: 1,
    eta_s: 600,
    dispatched_at: T0,
    acknowledged_at: null,
    en_route_at: null,
    on_scene_at: null,
    contact_at: null,
    transporting_at: null,
    at_destination_at: null,
    handed_over_at: null,
    cleared_at: null,
    cancelled_at: null,
    cancel_reason: null,
    suggested: [],
    confirmed: [],
    check_in_due_at: null,
    check_in_every_s: null,
    ...change,
  };
}

export function unit(change: Partial<Unit> = {}): Unit {
  return {
    id: 1,
    code: "N-1",
    name_fa: "سیار شمال ۱",
    name_en: "North mobile 1",
    centre: "north-1",
    county: "north",
    status: "available",
    status_at: T0,
    status_reason: null,
    capabilities: [],
    shift_id: 1,
    shift_started_at: null,
    shift_ends_at: null,
    crew: [],
    duty: null,
    turnout_s: 0,
    ready: true,
    not_ready: [],
    ...change,
  };
}

export function alarm(change: Partial<StandingAlarm> = {}): StandingAlarm {
  return {
    id: 1,
    kind: "sos",
    unit_id: 1,
    incident_id: null,
    reason: "sos",
    raised_at: T0,
    raised_by: "device/1",
    times: 1,
    last_raised_at: T0,
    acknowledged_at: null,
    acknowledged_by: null,
    device_at: null,
    ...change,
  };
}

export function task(change: Partial<Task> = {}): Task {
  return {
    id: 1,
    incident_id: 1,
    unit_id: 1,
    kind: "police",
    status: "open",
    asked_at: T0,
    asked_by: "crew",
    due_at: at(120),
    taken_at: null,
    taken_by: null,
    ended_at: null,
    ended_by: null,
    reason: null,
    ...change,
  };
}

export function position(id: number, lat = 34.5, lon = 50, change: Partial<Place> = {}): Position {
  const place = { accuracyM: 10, fixedAtMs: Date.parse(T0), heardAtMs: Date.parse(T0), ...change };
  const { accuracyM, fixedAtMs, heardAtMs, basis = "gps", state = "fresh" } = place;
  return [id, lat, lon, accuracyM, null, null, fixedAtMs, heardAtMs, basis, state];
}

export function fact(seq: number, change: Partial<Fact> = {}): Fact {
  return {
    seq,
    kind: "incident_opened",
    at: at(seq),
    by: "desk",
    reason: null,
    milestone: null,
    incident: null,
    offer: null,
    assignment: null,
    unit: null,
    alarm: null,
    task: null,
    removal: null,
    referral: null,
    follow_up: null,
    shelter: null,
    approval: null,
    correction: null,
    position: null,
    call: null,
    other_incident: null,
    broadcast: null,
    ...change,
  };
}

export function facts(...list: Fact[]): Facts {
  return { type: "facts", seq: Math.max(0, ...list.map(({ seq }) => seq)), facts: list };
}

export function snapshot(seq: number, board: Partial<Snapshot["board"]> = {}): Snapshot {
  const empty = { incidents: [], offers: [], assignments: [], units: [], alarms: [], tasks: [], removals: [], referrals: [], follow_ups: [], shelters: [], broadcasts: [], approvals: [], positions: [], calls: [] };
  return { type: "snapshot", seq, board: { ...empty, ...board }, coverage: null };
}
