/** The map's pictures, drawn once from the same shapes that the lists show. */
import type { Map } from "maplibre-gl";
import type { Fill } from "../place";
import { CENTRE, LOOKS, MANUAL, PATHS, type Look } from "../ui/shapes";
import type { Colour } from "./style";

const RATIO = 2;
const BOX = 24;
const FILLS: readonly Fill[] = ["full", "half", "hollow", "dashed"];

export function addIcons(map: Map, colour: Colour): void {
  for (const look of Object.values(LOOKS)) {
    for (const fill of FILLS) {
      const name = `${look.shape}-${look.colour}-${fill}`;
      add(map, name, (pen) => unit(pen, look, fill, colour));
      add(map, `${name}-manual`, (pen) => byHand(pen, look, fill, colour));
    }
  }
  add(map, "centre", (pen) => centre(pen, colour));
  add(map, "exact", (pen) => pin(pen, colour));
}

function add(map: Map, name: string, draw: (pen: CanvasRenderingContext2D) => void): void {
  if (map.hasImage(name)) return;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = BOX * RATIO;
  const pen = canvas.getContext("2d")!;
  pen.scale(RATIO, RATIO);
  pen.lineJoin = "round";
  draw(pen);
  map.addImage(name, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: RATIO });
}

function unit(pen: CanvasRenderingContext2D, look: Look, fill: Fill, colour: Colour): void {
  const path = new Path2D(PATHS[look.shape]);
  outline(pen, path, colour("map-halo"), 5.5);
  pen.fillStyle = fill === "full" ? colour(look.colour) : colour("map-ground");
  if (look.shape !== "cross") pen.fill(path);
  if (fill === "half") lowerHalf(pen, path, colour(look.colour));
  if (fill === "dashed") pen.setLineDash([3, 2.6]);
  outline(pen, path, colour(look.colour), 2.5);
  pen.setLineDash([]);
}

function lowerHalf(pen: CanvasRenderingContext2D, path: Path2D, ink: string): void {
  pen.save();
  pen.clip(path);
  pen.fillStyle = ink;
  pen.fillRect(0, BOX / 2, BOX, BOX / 2);
  pen.restore();
}

function byHand(pen: CanvasRenderingContext2D, look: Look, fill: Fill, colour: Colour): void {
  unit(pen, look, fill, colour);
  const bar = new Path2D(MANUAL);
  outline(pen, bar, colour("map-halo"), 4.5);
  outline(pen, bar, colour("focus"), 2.5);
}

function centre(pen: CanvasRenderingContext2D, colour: Colour): void {
  const house = new Path2D(CENTRE);
  outline(pen, house, colour("map-halo"), 3);
  pen.fillStyle = colour("map-label");
  pen.fill(house);
}

function pin(pen: CanvasRenderingContext2D, colour: Colour): void {
  const drop = new Path2D("M12 23C7 17 5 13.5 5 10a7 7 0 1 1 14 0c0 3.5-2 7-7 13z");
  outline(pen, drop, colour("map-halo"), 2);
  pen.fillStyle = colour("focus");
  pen.fill(drop);
  pen.fillStyle = colour("map-halo");
  pen.fill(new Path2D("M12 7.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5z"));
}

function outline(pen: CanvasRenderingContext2D, path: Path2D, ink: string, width: number): void {
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  pen.stroke(path);
}
