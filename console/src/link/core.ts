/**
 * The link without I/O: what to do at which instant, so that a dead connection is noticed and
 * replaced within about a second of the network's return. Times are milliseconds.
 *
 * The shell feeds it events and carries out the effects; `wakeAt` says when it wants a `time`.
 */

export const TIMING = {
  pingEvery: 10_000,
  deadAfter: 25_000,
  probeWithin: 2_000,
  openWithin: 3_000,
  greetWithin: 10_000,
  retryMax: 1_000,
  jitter: 200,
  /** A first connection that takes longer than this is shown as lost. */
  patience: 5_000,
} as const;

/** Close codes after which trying again would change nothing. */
export const FINAL_CODES: ReadonlySet<number> = new Set([4401, 4403, 4426]);

type Phase = "waiting" | "opening" | "greeting" | "live" | "ended";

export interface Link {
  readonly phase: Phase;
  /** Start of the present phase. */
  readonly phaseAt: number;
  /** When the last message came; before the first one, when the link began. */
  readonly heardAt: number;
  readonly everLive: boolean;
  readonly pingN: number;
  readonly pingedAt: number;
  /** A probe that must be answered by then, or the connection is replaced. */
  readonly probeBy: number | null;
  readonly retryAt: number;
  readonly failures: number;
  readonly latency: number | null;
  readonly endCode: number | null;
}

export type LinkEvent =
  | { type: "opened" }
  | { type: "heard"; kind: string; n?: number }
  | { type: "closed"; code: number }
  | { type: "network" }
  | { type: "time" };

export type Effect = { do: "open" } | { do: "drop" } | { do: "hello" } | { do: "ping"; n: number };

export type LinkState =
  | { name: "connecting" }
  | { name: "live"; latency: number | null }
  | { name: "lost"; since: number }
  | { name: "ended"; code: number };

type Step = [Link, Effect[]];

/** A link that has just begun to open its first connection. */
export function begin(now: number): Step {
  const link: Link = {
    phase: "opening",
    phaseAt: now,
    heardAt: now,
    everLive: false,
    pingN: 0,
    pingedAt: now,
    probeBy: null,
    retryAt: now,
    failures: 0,
    latency: null,
    endCode: null,
  };
  return [link, [{ do: "open" }]];
}

export function step(link: Link, event: LinkEvent, now: number, random: number): Step {
  if (link.phase === "ended") return [link, []];
  switch (event.type) {
    case "opened":
      return [{ ...link, phase: "greeting", phaseAt: now }, [{ do: "hello" }]];
    case "heard":
      return heard(link, event.kind, event.n, now);
    case "closed":
      return closed(link, event.code, now, random);
    case "network":
      return networkChanged(link, now);
    case "time":
      return time(link, now, random);
  }
}

/** The next instant at which `step` wants a `time` event; null when it wants none. */
export function wakeAt(link: Link): number | null {
  switch (link.phase) {
    case "waiting":
      return link.retryAt;
    case "opening":
      return link.phaseAt + TIMING.openWithin;
    case "greeting":
      return link.phaseAt + TIMING.greetWithin;
    case "live":
      return Math.min(
        link.pingedAt + TIMING.pingEvery,
        link.heardAt + TIMING.deadAfter,
        link.probeBy ?? Infinity,
      );
    case "ended":
      return null;
  }
}

/** What a person is told. */
export function stateOf(link: Link, now: number): LinkState {
  if (link.phase === "ended") return { name: "ended", code: link.endCode ?? 0 };
  if (link.phase === "live") return { name: "live", latency: link.latency };
  if (!link.everLive && now - link.heardAt < TIMING.patience) return { name: "connecting" };
  return { name: "lost", since: link.heardAt };
}

/** Any message shows that the connection lives; the first ping follows the welcome at once. */
function heard(link: Link, kind: string, n: number | undefined, now: number): Step {
  const alive = { ...link, heardAt: now, probeBy: null };
  if (kind === "welcome") {
    return ping({ ...alive, phase: "live", phaseAt: now, everLive: true, failures: 0 }, now);
  }
  if (kind === "pong" && n === link.pingN) return [{ ...alive, latency: now - link.pingedAt }, []];
  return [alive, []];
}

function closed(link: Link, code: number, now: number, random: number): Step {
  if (FINAL_CODES.has(code)) return [{ ...link, phase: "ended", phaseAt: now, endCode: code }, []];
  const wait = retryDelay(link.failures, random);
  const waiting: Link = {
    ...link,
    phase: "waiting",
    phaseAt: now,
    failures: link.failures + 1,
    retryAt: now + wait,
    probeBy: null,
    latency: null,
  };
  return [waiting, []];
}

/** 250, 500, then 1,000 ms, and a little chance so that consoles do not return as one. */
export function retryDelay(failures: number, random: number): number {
  return Math.min(TIMING.retryMax, 250 * 2 ** Math.min(failures, 2)) + random * TIMING.jitter;
}

/** The network came or went: ask at once whether the connection still works. */
function networkChanged(link: Link, now: number): Step {
  if (link.phase === "live") return ping({ ...link, probeBy: now + TIMING.probeWithin }, now);
  return reopen(link, now);
}

function time(link: Link, now: number, random: number): Step {
  if ((wakeAt(link) ?? Infinity) > now) return [link, []];
  if (link.phase === "waiting") return reopen(link, now);
  if (link.phase !== "live" || isDead(link, now)) {
    const [next] = closed(link, 0, now, random);
    return [next, [{ do: "drop" }]];
  }
  return ping(link, now);
}

function isDead(link: Link, now: number): boolean {
  return now >= link.heardAt + TIMING.deadAfter || now >= (link.probeBy ?? Infinity);
}

function reopen(link: Link, now: number): Step {
  return [{ ...link, phase: "opening", phaseAt: now }, [{ do: "drop" }, { do: "open" }]];
}

function ping(link: Link, now: number): Step {
  const n = link.pingN + 1;
  return [{ ...link, pingN: n, pingedAt: now }, [{ do: "ping", n }]];
}
