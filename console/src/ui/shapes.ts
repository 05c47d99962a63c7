/** The shape of each unit status, in a box of 24: status is never told by colour alone. */
import type { UnitStatus } from "../types";

export type Shape = "circle" | "diamond" | "triangle" | "square" | "cross";

export const PATHS: Record<Shape, string> = {
  circle: "M12 4.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15z",
  diamond: "M12 3 21 12 12 21 3 12z",
  triangle: "M12 3.5 21 19.5H3z",
  square: "M5 5h14v14H5z",
  cross: "M6 6 18 18M18 6 6 18",
};

/** Under a place that a person has set: a bar, as of a pin in a board. */
export const MANUAL = "M5 22.5h14";

/** A unit that calls for help. */
export const HEXAGON = "M12 2 21 7v10l-9 5-9-5V7z";

/** A centre's house. */
export const CENTRE = "M12 6 18 11v7H6v-7z";

export interface Look {
  shape: Shape;
  /** Name of the theme's colour, without its dashes. */
  colour: "available" | "offered" | "en-route" | "on-scene" | "out";
}

export const LOOKS: Record<UnitStatus, Look> = {
  available: { shape: "circle", colour: "available" },
  offered: { shape: "diamond", colour: "offered" },
  dispatched: { shape: "triangle", colour: "en-route" },
  en_route: { shape: "triangle", colour: "en-route" },
  transporting: { shape: "triangle", colour: "en-route" },
  on_scene: { shape: "square", colour: "on-scene" },
  at_destination: { shape: "square", colour: "on-scene" },
  off_duty: { shape: "cross", colour: "out" },
  out_of_service: { shape: "cross", colour: "out" },
};
