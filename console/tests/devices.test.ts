import { describe, expect, test } from "vitest";
import { deviceOrder, matterOf } from "../src/admin/devices";
import type { Device } from "../src/rest";
import { at, T0 } from "./make";

const NOW_MS = Date.parse(at(1000));

function device(change: Partial<Device> = {}): Device {
  return {
    id: 1, unit_id: 1, name: "phone", may_act: false, form: "traccar", interval_s: 10,
    created_at: T0, revoked_at: null, old_token_until: null, heard_at: at(995), heard_form: null,
    fixed_at: at(995), verdict: "good", refused_at: null, refused: null, fault: null,
    battery_pct: null, charging: null, moving: null, ...change,
  };
}

const matter = (change: Partial<Device>, onShift = true) => matterOf(device(change), onShift, NOW_MS);

describe("what is the matter with a device", () => {
  test("nothing, while it speaks", () => {
    expect(matter({})).toBe("fine");
    expect(matter({ heard_at: at(701) })).toBe("fine");
  });

  test("silence is ten intervals, never less than five minutes, and only on shift", () => {
    expect(matter({ heard_at: at(699) })).toBe("silent");
    expect(matter({ heard_at: at(699) }, false)).toBe("off_shift");
    expect(matter({ heard_at: at(500), interval_s: 60 })).toBe("fine");
    expect(matter({ heard_at: at(399), interval_s: 60 })).toBe("silent");
    expect(matter({ heard_at: at(1), form: "gpx" })).toBe("fine");
  });

  test("one that was never heard is silent too, once somebody waits for it", () => {
    expect(matter({ heard_at: null, fixed_at: null })).toBe("silent");
    expect(matter({ heard_at: null, fixed_at: null }, false)).toBe("never");
    expect(matter({ heard_at: null, fixed_at: null, created_at: at(900) })).toBe("never");
  });

  test("a refusal matters until a good position comes", () => {
    expect(matter({ refused_at: at(999), refused: "malformed" })).toBe("refused");
    expect(matter({ refused_at: at(900), refused: "malformed" })).toBe("fine");
    expect(matter({ refused_at: at(900), refused: "malformed", fixed_at: null })).toBe("refused");
  });

  test("a revoked one matters no more", () => {
    expect(matter({ revoked_at: at(3), heard_at: null })).toBe("revoked");
  });
});

test("the silent come first, of them the one that was heard longest ago", () => {
  const rows = [
    device({ id: 1 }),
    device({ id: 2, heard_at: at(300) }),
    device({ id: 3, heard_at: at(200) }),
    device({ id: 4, refused_at: at(999) }),
    device({ id: 5, revoked_at: at(9) }),
  ].map((it) => ({ device: it, matter: matterOf(it, true, NOW_MS) }));
  expect(deviceOrder(rows).map((it) => it.device.id)).toEqual([3, 2, 4, 1, 5]);
});
