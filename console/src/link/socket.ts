/** The link's thin shell: one WebSocket, one timer, and the browser's network events. */
import { begin, type Effect, type Link, type LinkEvent, type LinkState } from "./core";
import { stateOf, step, wakeAt } from "./core";

export interface LinkOptions<In> {
  /** Path of the socket on the page's own host. */
  path: string;
  /** The first message, made anew for each connection. */
  hello: () => object;
  onMessage: (message: In) => void;
  onState: (state: LinkState) => void;
  /** A connection ended before it was greeted; the sign-in may have ended. */
  onTurnedAway?: () => void;
}

export interface LinkHandle {
  /** Send now; false when there is no live connection. */
  send: (message: object) => boolean;
  stop: () => void;
}

interface Typed {
  type: string;
  n?: number;
}

export function openLink<In extends Typed>(options: LinkOptions<In>): LinkHandle {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let link: Link;

  function settle([next, effects]: [Link, Effect[]]): void {
    const before = link;
    link = next;
    effects.forEach(carryOut);
    options.onState(stateOf(link, Date.now()));
    if (before?.phase !== "live" && before?.phase !== "waiting" && link.phase === "waiting") {
      options.onTurnedAway?.();
    }
    schedule();
  }

  function feed(event: LinkEvent): void {
    settle(step(link, event, Date.now(), Math.random()));
  }

  function schedule(): void {
    clearTimeout(timer);
    const at = wakeAt(link);
    if (at !== null) timer = setTimeout(() => feed({ type: "time" }), Math.max(0, at - Date.now()));
  }

  function carryOut(effect: Effect): void {
    if (effect.do === "open") open();
    else if (effect.do === "drop") drop();
    else if (effect.do === "hello") socket?.send(JSON.stringify(options.hello()));
    else socket?.send(JSON.stringify({ type: "ping", n: effect.n }));
  }

  function open(): void {
    const opened = new WebSocket(new URL(options.path, location.href.replace(/^http/, "ws")));
    socket = opened;
    const ifCurrent = (event: LinkEvent) => opened === socket && feed(event);
    opened.onopen = () => ifCurrent({ type: "opened" });
    opened.onclose = ({ code }) => ifCurrent({ type: "closed", code });
    opened.onmessage = ({ data }) => opened === socket && receive(data as string);
  }

  function drop(): void {
    const old = socket;
    socket = null;
    old?.close();
  }

  function receive(data: string): void {
    const message = JSON.parse(data) as In;
    const { type: kind, n } = message;
    feed(n === undefined ? { type: "heard", kind } : { type: "heard", kind, n });
    options.onMessage(message);
  }

  const networkChanged = () => feed({ type: "network" });
  addEventListener("online", networkChanged);
  addEventListener("offline", networkChanged);
  settle(begin(Date.now()));

  return {
    send(message) {
      if (link.phase !== "live" || socket === null) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    stop() {
      removeEventListener("online", networkChanged);
      removeEventListener("offline", networkChanged);
      clearTimeout(timer);
      drop();
    },
  };
}
