/** This device's position: watched while on shift, and honest about what it lacks. */
import type { FixReport } from "../types";
import { isDue, type Kept } from "./due";

/** A vehicle that stands still is asked anew, or its position would look stale. */
const ASK_AGAIN_MS = 15_000;
/** A position that came too soon is reported when its time has come, if none newer has by then. */
const LOOK_AGAIN_MS = 1_000;

export type GpsState = "off" | "waiting" | "good" | "denied" | "insecure" | "failed";

interface Battery {
  level: number;
}

export class PositionWatch {
  state = $state<GpsState>("off");
  accuracyM = $state<number | null>(null);
  fixedAtMs = $state(0);
  batteryPct = $state<number | null>(null);

  #watch: number | null = null;
  #asking: ReturnType<typeof setInterval> | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  #kept: Kept | null = null;
  /** The newest position that is not reported yet. */
  #held: GeolocationPosition | null = null;

  /** `intervalS` says how many seconds should lie between two reports. */
  constructor(
    private readonly onFix: (fix: FixReport) => void,
    private readonly intervalS: () => number,
  ) {
    void this.#readBattery();
  }

  start(): void {
    if (this.#watch !== null) return;
    if (!isSecureContext || !("geolocation" in navigator)) {
      this.state = "insecure";
      return;
    }
    this.state = "waiting";
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: 20_000 };
    const good = (position: GeolocationPosition) => this.#moved(position);
    const bad = (error: GeolocationPositionError) => this.#failed(error);
    this.#watch = navigator.geolocation.watchPosition(good, bad, options);
    this.#asking = setInterval(() => {
      void this.#readBattery();
      navigator.geolocation.getCurrentPosition(good, bad, options);
    }, ASK_AGAIN_MS);
    this.#looking = setInterval(() => this.#report(), LOOK_AGAIN_MS);
  }

  stop(): void {
    if (this.#watch !== null) navigator.geolocation.clearWatch(this.#watch);
    clearInterval(this.#asking);
    clearInterval(this.#looking);
    this.#held = null;
    this.#watch = null;
    this.state = "off";
  }

  #moved(position: GeolocationPosition): void {
    this.state = "good";
    this.accuracyM = position.coords.accuracy;
    this.fixedAtMs = position.timestamp;
    this.#held = position;
    this.#report();
  }

  /** Report what is held, if it is due by now. */
  #report(): void {
    if (this.#held === null) return;
    const { coords, timestamp } = this.#held;
    const next = { atMs: Date.now(), lat: coords.latitude, lon: coords.longitude, speedMps: coords.speed };
    if (!isDue(this.#kept, next, this.intervalS())) return;
    this.#kept = next;
    this.#held = null;
    this.onFix({
      fixed_at: new Date(timestamp).toISOString(),
      lat: coords.latitude,
      lon: coords.longitude,
      accuracy_m: coords.accuracy,
      speed_mps: coords.speed,
      heading_deg: Number.isNaN(coords.heading) ? null : coords.heading,
      altitude_m: coords.altitude,
      battery_pct: this.batteryPct,
    });
  }

  #failed(error: GeolocationPositionError): void {
    if (error.code === error.PERMISSION_DENIED) this.state = "denied";
    else if (this.state !== "good") this.state = "failed";
  }

  async #readBattery(): Promise<void> {
    const browser = navigator as Navigator & { getBattery?: () => Promise<Battery> };
    const battery = await browser.getBattery?.();
    this.batteryPct = battery ? Math.round(battery.level * 100) : null;
  }
}
