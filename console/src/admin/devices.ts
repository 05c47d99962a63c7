/** What is the matter with a device, and which ones a person should look at first. */
import type { Device } from "../rest";

/** From the most to the least urgent. */
export const MATTERS = ["silent", "refused", "never", "fine", "off_shift", "revoked"] as const;
export type Matter = (typeof MATTERS)[number];

/** As the server's doctor counts it: ten intervals, and never less than five minutes. */
const SILENT_INTERVALS = 10;
const SILENT_AT_LEAST_S = 300;

export function matterOf(device: Device, onShift: boolean, nowMs: number): Matter {
  if (device.revoked_at !== null) return "revoked";
  if (device.heard_at === null) return onShift && isQuiet(device, device.created_at, nowMs) ? "silent" : "never";
  if (isRefused(device)) return "refused";
  if (!isQuiet(device, device.heard_at, nowMs)) return "fine";
  return onShift ? "silent" : "off_shift";
}

/** Its last report was refused: nothing good has come since. */
function isRefused({ refused_at, fixed_at }: Device): boolean {
  return refused_at !== null && (fixed_at === null || Date.parse(refused_at) > Date.parse(fixed_at));
}

/** A file that somebody uploads comes when it comes. */
function isQuiet({ form, interval_s }: Device, since: string, nowMs: number): boolean {
  const allowedS = Math.max(SILENT_INTERVALS * interval_s, SILENT_AT_LEAST_S);
  return form !== "gpx" && nowMs - Date.parse(since) > allowedS * 1000;
}

/** By what is the matter, then the one that was heard longest ago, then by id. */
export function deviceOrder<T extends { device: Device; matter: Matter }>(rows: readonly T[]): T[] {
  const heardAt = ({ device }: T) => Date.parse(device.heard_at ?? device.created_at);
  return [...rows].sort(
    (a, b) =>
      MATTERS.indexOf(a.matter) - MATTERS.indexOf(b.matter) ||
      heardAt(a) - heardAt(b) ||
      a.device.id - b.device.id,
  );
}
