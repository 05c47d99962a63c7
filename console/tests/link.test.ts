import { describe, expect, test } from "vitest";
import { begin, type Effect, FINAL_CODES, type Link, type LinkEvent } from "../src/link/core";
import { retryDelay, stateOf, step, TIMING, wakeAt } from "../src/link/core";

/** A link driven by hand: events and instants in, effects out. */
class Driven {
  link: Link;
  effects: Effect[];
  now = 1_000_000;

  constructor() {
    [this.link, this.effects] = begin(this.now);
  }

  feed(event: LinkEvent): string[] {
    [this.link, this.effects] = step(this.link, event, this.now, 0.5);
    return this.effects.map((it) => it.do);
  }

  /** Let time pass as a timer would, waking whenever the link wants it; what was done, and when. */
  pass(ms: number): [number, string][] {
    const [start, end] = [this.now, this.now + ms];
    const done: [number, string][] = [];
    for (let at = wakeAt(this.link); at !== null && at <= end; at = wakeAt(this.link)) {
      this.now = Math.max(this.now, at);
      done.push(...this.feed({ type: "time" }).map((it): [number, string] => [this.now - start, it]));
    }
    this.now = end;
    return done;
  }

  live(): this {
    this.feed({ type: "opened" });
    this.feed({ type: "heard", kind: "welcome" });
    return this;
  }

  get state() {
    return stateOf(this.link, this.now);
  }
}

describe("opening", () => {
  test("opens, greets, and is live once welcomed", () => {
    const link = new Driven();
    expect(link.effects).toEqual([{ do: "open" }]);
    expect(link.state.name).toBe("connecting");
    expect(link.feed({ type: "opened" })).toEqual(["hello"]);
    expect(link.feed({ type: "heard", kind: "welcome" })).toEqual(["ping"]);
    expect(link.state.name).toBe("live");
  });

  test("an attempt that hangs is given up and made anew", () => {
    const done = new Driven().pass(TIMING.openWithin + 500);
    expect(done.map(([, it]) => it)).toEqual(["drop", "drop", "open"]);
  });

  test("a server that opens but never welcomes is given up", () => {
    const link = new Driven();
    link.feed({ type: "opened" });
    expect(link.pass(TIMING.greetWithin)).toEqual([[TIMING.greetWithin, "drop"]]);
  });

  test("a first connection that takes too long is shown as lost", () => {
    const link = new Driven();
    link.pass(TIMING.patience);
    expect(link.state.name).toBe("lost");
  });
});

describe("a living connection", () => {
  test("is asked every ten seconds and tells its latency", () => {
    const link = new Driven().live();
    link.now += 40;
    link.feed({ type: "heard", kind: "pong", n: 1 });
    expect(link.state).toEqual({ name: "live", latency: 40 });
    const pings: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      pings.push(...link.pass(TIMING.pingEvery).map(([at]) => at));
      link.feed({ type: "heard", kind: "pong", n: link.link.pingN });
    }
    expect(pings).toHaveLength(3);
  });

  test("a late pong of an earlier ping says nothing of latency", () => {
    const link = new Driven().live();
    link.pass(TIMING.pingEvery);
    link.feed({ type: "heard", kind: "pong", n: 1 });
    expect(link.state).toEqual({ name: "live", latency: null });
  });

  test("any message keeps it alive", () => {
    const link = new Driven().live();
    for (let i = 0; i < 10; i += 1) {
      link.pass(9_000);
      link.feed({ type: "heard", kind: "tick" });
    }
    expect(link.state.name).toBe("live");
  });

  test("25 seconds of silence are its end, counted from the last message", () => {
    const link = new Driven().live();
    const lastHeard = link.now;
    expect(link.pass(TIMING.deadAfter - 1).map(([, it]) => it)).toEqual(["ping", "ping"]);
    expect(link.state.name).toBe("live");
    expect(link.pass(1).map(([, it]) => it)).toEqual(["drop"]);
    expect(link.state).toEqual({ name: "lost", since: lastHeard });
  });

  test("after a machine's sleep the silence is noticed at once", () => {
    const link = new Driven().live();
    link.now += 3_600_000;
    expect(link.feed({ type: "time" })).toEqual(["drop"]);
  });
});

describe("coming back", () => {
  test("the network's return is answered by a probe, and by a new connection when it fails", () => {
    const link = new Driven().live();
    expect(link.feed({ type: "network" })).toEqual(["ping"]);
    const done = link.pass(TIMING.probeWithin + 500);
    expect(done).toEqual([
      [TIMING.probeWithin, "drop"],
      [TIMING.probeWithin + retryDelay(0, 0.5), "drop"],
      [TIMING.probeWithin + retryDelay(0, 0.5), "open"],
    ]);
  });

  test("a probe that is answered changes nothing", () => {
    const link = new Driven().live();
    link.feed({ type: "network" });
    link.feed({ type: "heard", kind: "pong", n: link.link.pingN });
    link.pass(TIMING.probeWithin);
    expect(link.state.name).toBe("live");
  });

  test("while it waits or hangs, the network's return opens anew at once", () => {
    const link = new Driven().live();
    link.feed({ type: "closed", code: 1006 });
    expect(link.feed({ type: "network" })).toEqual(["drop", "open"]);
    expect(link.feed({ type: "network" })).toEqual(["drop", "open"]);
  });

  test("the wait grows to a second and no further", () => {
    expect([0, 1, 2, 9].map((failures) => retryDelay(failures, 0))).toEqual([250, 500, 1000, 1000]);
    expect(retryDelay(9, 1)).toBeLessThanOrEqual(TIMING.retryMax + TIMING.jitter);
  });

  test("a welcome makes the next loss start from the short wait again", () => {
    const link = new Driven();
    for (let i = 0; i < 5; i += 1) link.feed({ type: "closed", code: 1006 });
    link.feed({ type: "network" });
    link.live().feed({ type: "closed", code: 1006 });
    expect(link.link.retryAt - link.now).toBe(retryDelay(0, 0.5));
  });

  test("lost counts from the last message heard, whatever was tried since", () => {
    const link = new Driven().live();
    const lastHeard = link.now;
    link.now += 5_000;
    link.feed({ type: "closed", code: 1001 });
    link.pass(20_000);
    expect(link.state).toEqual({ name: "lost", since: lastHeard });
  });
});

describe("the end", () => {
  test.each([...FINAL_CODES])("after %i it does not try again", (code) => {
    const link = new Driven().live();
    expect(link.feed({ type: "closed", code })).toEqual([]);
    expect(link.state).toEqual({ name: "ended", code });
    expect(wakeAt(link.link)).toBeNull();
    expect(link.feed({ type: "network" })).toEqual([]);
  });

  test("being told that it was silent is no end", () => {
    const link = new Driven().live();
    link.feed({ type: "closed", code: 4408 });
    expect(link.pass(1_000).map(([, it]) => it)).toContain("open");
  });
});
