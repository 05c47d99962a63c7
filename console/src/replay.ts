/** Recorded server frames, one JSON message a line, replayed through the board. */
import { apply, asLists, EMPTY } from "./board";
import type { ConsoleOut } from "./types";

/** The board after every frame in `text`, as lists in order of id. */
export function replay(text: string) {
  const frames = text.split("\n").filter((line) => line.trim() !== "");
  const board = frames.reduce((now, line) => apply(now, JSON.parse(line) as ConsoleOut), EMPTY);
  return asLists(board);
}
