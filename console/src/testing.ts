/**
 * `window.sayyar`: what the browser tests read. It only looks, nothing in the product uses it.
 *
 * - `board()`: the board as lists in order of id, or null before the desk is open.
 * - `map.camera`, `map.ready`, `map.project(lat, lon)`: where the map stands, whether it is drawn
 *   and at rest, and the page's pixel of a place; `map` is null without WebGL.
 */
import type { asLists } from "./board";
import type { Chart } from "./map/chart";

export interface Shown {
  board?: () => ReturnType<typeof asLists>;
  map?: Pick<Chart, "camera" | "ready" | "project"> | null;
}

declare global {
  interface Window {
    sayyar?: Shown;
  }
}

export function showToTests(shown: Shown): void {
  window.sayyar = { ...window.sayyar, ...shown };
}
