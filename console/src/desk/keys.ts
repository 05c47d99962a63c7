/** Which command a key gives. By `code`: a Persian layout changes what a key writes. */

export type Command =
  | "new"
  | "call"
  | "answer"
  | "offer-best"
  | "acknowledge"
  | "mute"
  | "previous"
  | "next"
  | "map"
  | "back"
  | "help";

const ANYWHERE: Record<string, Command> = {
  F2: "new",
  F7: "call",
  F4: "offer-best",
  F8: "acknowledge",
  F9: "mute",
  Escape: "back",
};

const NOT_WHILE_WRITING: Record<string, Command> = {
  ArrowUp: "previous",
  ArrowDown: "next",
  KeyA: "answer",
  KeyG: "map",
};

export interface Key {
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** The command of a key; null when it means nothing here or belongs to what is being written. */
export function commandOf(key: Key, writing: boolean): Command | null {
  if (key.ctrlKey || key.altKey || key.metaKey) return null;
  const anywhere = ANYWHERE[key.code];
  if (anywhere || writing) return anywhere ?? null;
  if (key.code === "Slash" && key.shiftKey) return "help";
  return NOT_WHILE_WRITING[key.code] ?? null;
}

/** The key that makes a prompt of triage a task: the panel that shows the prompts hears it. */
export function asksTask(key: Key, writing: boolean): boolean {
  return key.code === "KeyT" && !writing && !key.shiftKey && !key.ctrlKey && !key.altKey && !key.metaKey;
}

/** Whether keys typed into `target` are text or choices of its own. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input, textarea, select, [role=radio]");
}
