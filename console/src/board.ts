/**
 * The board: everything live, as a deterministic function of the server's messages.
 *
 * Facts carry whole states: each is stored under its id, and what has ended is forgotten.
 * A message never changes a board in place; it gives the next one.
 */
import type { Approval, Assignment, Broadcast, Call, ConsoleOut, Fact, Facts, FollowUp, Incident, Offer } from "./types";
import type { Position, Referral, Removal, Shelter, Snapshot, StandingAlarm, Task, Tick, Unit } from "./types";

export interface Board {
  /** Where `seq` counts; changes when the server starts anew. */
  readonly stream: string | null;
  /** The last fact that this board holds; null before the first snapshot. */
  readonly seq: number | null;
  readonly incidents: ReadonlyMap<number, Incident>;
  readonly offers: ReadonlyMap<number, Offer>;
  readonly assignments: ReadonlyMap<number, Assignment>;
  readonly units: ReadonlyMap<number, Unit>;
  readonly alarms: ReadonlyMap<number, StandingAlarm>;
  readonly tasks: ReadonlyMap<number, Task>;
  /** Clocks that run until the prosecutor was told. */
  readonly removals: ReadonlyMap<number, Removal>;
  readonly referrals: ReadonlyMap<number, Referral>;
  readonly followUps: ReadonlyMap<number, FollowUp>;
  readonly shelters: ReadonlyMap<number, Shelter>;
  readonly broadcasts: ReadonlyMap<number, Broadcast>;
  readonly approvals: ReadonlyMap<number, Approval>;
  readonly positions: ReadonlyMap<number, Position>;
  readonly calls: ReadonlyMap<number, Call>;
}

export const EMPTY: Board = {
  stream: null,
  seq: null,
  incidents: new Map(),
  offers: new Map(),
  assignments: new Map(),
  units: new Map(),
  alarms: new Map(),
  tasks: new Map(),
  removals: new Map(),
  referrals: new Map(),
  followUps: new Map(),
  shelters: new Map(),
  broadcasts: new Map(),
  approvals: new Map(),
  positions: new Map(),
  calls: new Map(),
};

/** The next board after any message; messages that carry no state leave it as it is. */
export function apply(board: Board, message: ConsoleOut): Board {
  switch (message.type) {
    case "welcome":
      return applyWelcome(board, message.stream);
    case "snapshot":
      return applySnapshot(board, message);
    case "facts":
      return applyFacts(board, message);
    case "tick":
      return applyTick(board, message);
    default:
      return board;
  }
}

/** Numbers of another stream mean nothing in this one: the snapshot that follows brings its own. */
export function applyWelcome(board: Board, stream: string): Board {
  return board.stream === stream ? board : { ...board, stream, seq: null };
}

export function applySnapshot(board: Board, { seq, board: live }: Snapshot): Board {
  return {
    stream: board.stream,
    seq,
    incidents: byId(live.incidents),
    offers: byId(live.offers),
    assignments: byId(live.assignments),
    units: byId(live.units),
    alarms: byId(live.alarms),
    tasks: byId(live.tasks),
    removals: byId(live.removals),
    referrals: byId(live.referrals),
    followUps: byId(live.follow_ups),
    shelters: byId(live.shelters),
    broadcasts: byId(live.broadcasts),
    approvals: byId(live.approvals),
    positions: new Map(live.positions.map((row) => [row[0], later(board.positions.get(row[0]), row)])),
    calls: byId(live.calls),
  };
}

/**
 * A server that died showed positions of its last moments that it had not yet stored, and knows
 * them again only when the vehicle has sent them again: until then the marker stays. What was heard
 * in a moment may have been driven in minutes, when a vehicle sends what it kept.
 */
const UNSTORED_MS = 10_000;

function later(had: Position | undefined, row: Position): Position {
  if (!had || had[6] <= row[6]) return row;
  return had[7] - row[7] < UNSTORED_MS ? had : row;
}

/** Facts already had are skipped; a gap is not an error, since each state is whole. */
export function applyFacts(board: Board, message: Facts): Board {
  const have = board.seq ?? -1;
  const fresh = message.facts.filter((fact) => fact.seq > have);
  return fresh.reduce(applyFact, { ...board, seq: Math.max(have, message.seq) });
}

export function applyTick(board: Board, { positions }: Tick): Board {
  const next = new Map(board.positions);
  for (const row of positions) next.set(row[0], row);
  return { ...board, positions: next };
}

function applyFact(board: Board, fact: Fact): Board {
  const { incident, offer, assignment, unit, alarm, task, position, call } = fact;
  return {
    ...board,
    incidents: kept(board.incidents, incident, (it) => it.status !== "closed"),
    offers: kept(board.offers, offer, (it) => it.status === "open"),
    assignments: kept(board.assignments, assignment, isLive),
    units: kept(board.units, unit, () => true),
    alarms: kept(board.alarms, alarm, (it) => it.acknowledged_at === null),
    tasks: kept(board.tasks, task, (it) => it.ended_at === null),
    removals: kept(board.removals, fact.removal, (it) => it.status === "running"),
    referrals: kept(board.referrals, fact.referral, (it) => it.status !== "closed"),
    followUps: kept(board.followUps, fact.follow_up, (it) => it.status === "open"),
    shelters: kept(board.shelters, fact.shelter, (it) => it.closed_at === null),
    broadcasts: kept(board.broadcasts, fact.broadcast, (it) => it.status === "live"),
    approvals: kept(board.approvals, fact.approval, (it) => it.status === "pending" || it.status === "alone"),
    positions: shown(placed(board.positions, position), unit),
    calls: kept(board.calls, call, isOpen),
  };
}

/** Where a person put a unit, or let it be. */
function placed(
  positions: ReadonlyMap<number, Position>,
  position: Position | null,
): ReadonlyMap<number, Position> {
  return position ? new Map(positions).set(position[0], position) : positions;
}

/** Nobody is tracked off shift: a unit that signs off leaves the map. */
function shown(
  positions: ReadonlyMap<number, Position>,
  unit: Unit | null | undefined,
): ReadonlyMap<number, Position> {
  if (!unit || unit.shift_id !== null || !positions.has(unit.id)) return positions;
  const next = new Map(positions);
  next.delete(unit.id);
  return next;
}

/** The desk still has something to do about the call: not ended, or no outcome. */
function isOpen(call: Call): boolean {
  if (call.status === "abandoned") return false;
  return call.status !== "ended" || call.outcome === null;
}

function isLive(assignment: Assignment): boolean {
  return assignment.cleared_at === null && assignment.cancelled_at === null;
}

/** Store `state` under its id while it is live, forget it once it is not. */
function kept<T extends { id: number }>(
  known: ReadonlyMap<number, T>,
  state: T | null | undefined,
  live: (state: T) => boolean,
): ReadonlyMap<number, T> {
  if (!state) return known;
  const next = new Map(known);
  if (live(state)) next.set(state.id, state);
  else next.delete(state.id);
  return next;
}

function byId<T extends { id: number }>(states: T[]): Map<number, T> {
  return new Map(states.map((state) => [state.id, state]));
}

/** The board as plain lists in order of id, to compare with the server's snapshot. */
export function asLists(board: Board) {
  return {
    incidents: inOrder(board.incidents),
    offers: inOrder(board.offers),
    assignments: inOrder(board.assignments),
    units: inOrder(board.units),
    alarms: inOrder(board.alarms),
    tasks: inOrder(board.tasks),
    removals: inOrder(board.removals),
    referrals: inOrder(board.referrals),
    follow_ups: inOrder(board.followUps),
    shelters: inOrder(board.shelters),
    broadcasts: inOrder(board.broadcasts),
    approvals: inOrder(board.approvals),
    positions: inOrder(board.positions),
    calls: inOrder(board.calls),
  };
}

function inOrder<T>(states: ReadonlyMap<number, T>): T[] {
  return [...states].sort(([a], [b]) => a - b).map(([, state]) => state);
}
