/** Plane figures on the globe, good for circles of some kilometres. */

const METRES_PER_DEGREE = 111_320;

/** A ring of `corners` points, `radius_m` around a place; [lon, lat], closed. */
export function circle(lat: number, lon: number, radius_m: number, corners = 40): number[][] {
  const dLat = radius_m / METRES_PER_DEGREE;
  const dLon = dLat / Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: corners + 1 }, (_, i) => {
    const turn = (2 * Math.PI * (i % corners)) / corners;
    return [lon + dLon * Math.cos(turn), lat + dLat * Math.sin(turn)];
  });
}
