/** A track's ways: each is driven without a gap, and no line leads over a gap. */
import type { Point } from "../map/mini";
import type { Track } from "../rest";

export function waysOf({ positions, segments }: Pick<Track, "positions" | "segments">): Point[][] {
  return segments.map((from, i) =>
    positions.slice(from, segments[i + 1]).map(([, lat, lon]): Point => [lon, lat]),
  );
}
