/** The map itself: MapLibre behind a few words, drawing a scene at most once a second.
 *
 * Loaded only where a map is shown: it is most of the program.
 */
import "maplibre-gl/dist/maplibre-gl.css";
import { type GeoJSONSource, Map, type MapMouseEvent, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { Ground } from "../rest";
import { addIcons } from "./icons";
import type { Scene } from "./scene";
import { type Colour, FONT, styleOf } from "./style";

const EVERY_MS = 1000;
const CLICKABLE = ["units", "incidents"];

setWorkerUrl(workerUrl);

/** Kept free around the whole ground: the buttons lie over the top of the map, the attribution over its foot. */
const ROOM = { top: 48, bottom: 64, left: 24, right: 24 };

export interface ChartOptions {
  container: HTMLElement;
  ground: Ground;
  colour: Colour;
  /** What a screen reader calls the map. */
  title: string;
  word: (named: { name_fa: string; name_en: string }) => string;
  /** Where an earlier map stood; without it, the whole ground is shown. */
  camera: Camera | null;
  onUnit: (id: number) => void;
  onIncident: (id: number) => void;
  onPlace: (lat: number, lon: number, x: number, y: number) => void;
  onMove: () => void;
  /** A place is sought: every click is one, whatever stands there. */
  picking: () => boolean;
}

export interface Camera {
  center: [number, number];
  zoom: number;
}

export class Chart {
  readonly #map: Map;
  #scene: Scene | null = null;
  #drawnAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ready = false;

  /** Throws when the browser cannot draw (no WebGL). */
  constructor(private readonly options: ChartOptions) {
    const { container, ground, camera } = options;
    this.#map = new Map({
      container,
      style: styleOf(ground, options.colour, options.word),
      ...(camera ?? { bounds: ground.bbox, fitBoundsOptions: { padding: ROOM } }),
      attributionControl: { customAttribution: ground.attribution, compact: false },
      locale: { "Map.Title": options.title },
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.on("style.load", () => addIcons(this.#map, options.colour));
    this.#map.on("load", () => this.#loaded());
    this.#map.on("click", (event) => this.#clicked(event));
    this.#map.on("movestart", () => options.onMove());
    this.#map.on("mousemove", ({ point }) => this.#point(this.#at(point) !== undefined));
  }

  /** Show `scene`: now when the last drawing is a second old or a person waits, else soon. */
  draw(scene: Scene, atOnce: boolean): void {
    this.#scene = scene;
    const wait = atOnce ? 0 : Math.max(0, this.#drawnAt + EVERY_MS - Date.now());
    if (wait === 0) return this.#draw();
    this.#timer ??= setTimeout(() => this.#draw(), wait);
  }

  goTo(lat: number, lon: number, atLeastZoom = 10): void {
    const zoom = Math.max(this.#map.getZoom(), atLeastZoom);
    this.#map.easeTo({ center: [lon, lat], zoom, duration: 400 });
  }

  showAll(): void {
    this.#map.fitBounds(this.options.ground.bbox, { padding: ROOM, duration: 400 });
  }

  zoom(by: 1 | -1): void {
    if (by > 0) this.#map.zoomIn();
    else this.#map.zoomOut();
  }

  get camera(): Camera {
    const { lng, lat } = this.#map.getCenter();
    return { center: [lng, lat], zoom: this.#map.getZoom() };
  }

  get ready(): boolean {
    return this.#ready && !this.#map.isMoving();
  }

  /** The page's pixel at which a place stands. */
  project(lat: number, lon: number): { x: number; y: number } {
    const frame = this.#map.getContainer().getBoundingClientRect();
    const { x, y } = this.#map.project([lon, lat]);
    return { x: frame.left + x, y: frame.top + y };
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#map.remove();
  }

  #loaded(): void {
    this.#ready = true;
    this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#ready || !this.#scene) return;
    this.#drawnAt = Date.now();
    for (const [name, data] of Object.entries(this.#scene)) {
      this.#map.getSource<GeoJSONSource>(name)?.setData(data);
    }
  }

  #at(point: MapMouseEvent["point"]) {
    if (!this.#ready) return undefined;
    return this.#map.queryRenderedFeatures(point, { layers: CLICKABLE })[0];
  }

  #clicked({ point, lngLat }: MapMouseEvent): void {
    const hit = this.options.picking() ? undefined : this.#at(point);
    if (hit?.layer.id === "units") this.options.onUnit(Number(hit.properties.id));
    else if (hit) this.options.onIncident(Number(hit.properties.id));
    else this.options.onPlace(lngLat.lat, lngLat.lng, point.x, point.y);
  }

  #point(at: boolean): void {
    this.#map.getCanvas().style.cursor = at ? "pointer" : "crosshair";
  }
}

/** Labels are drawn with the page's font, which must have come before the map is made. */
export async function fontsReady(): Promise<void> {
  await document.fonts.load(`16px "${FONT}"`, "سیار ۱۲۳ Sayyar 123");
}
