/** Places, vehicles and duty of the units, in English. */
import type { faFleet } from "./fa.fleet";

export const enFleet: typeof faFleet = {
  place: {
    staleness: {
      fresh: "fresh",
      late: "late",
      stale: "last known",
      silent: "silent",
    },
    from: {
      gps: "by its device",
      manual: "set by hand",
      centre: "at its centre; no position yet",
    },
    aged: (word, age) => `${word}, ${age} ago`,
    silentFor: (age) => `silent for ${age}`,
    centreShort: "at its centre",
    turnout: (time) => `${time} to set out`,
    accuracy: (m) => `within ${m} m`,
  },

  putOnMap: {
    button: "Set place by hand",
    title: (unit) => `Place of ${unit}`,
    lead: "Click the map or type the coordinates.",
    onMap: (unit) => `Click the map where ${unit} is`,
    why: "How do you know?",
    accuracy: "Uncertainty (m, optional)",
    submit: "Set the place",
    pending: (left) => `Will be set in ${left} s.`,
    undo: "Undo",
    done: "Set; the next good position of its device replaces it.",
  },

  vehicle: {
    title: "Vehicle",
    ready: "ready",
    notReady: "not ready",
    defect: "defect",
    odometer: "Odometer",
    noReading: "not read yet",
    km: (km) => `${km} km`,
    read: "Record",
    lower: "If it is lower, why?",
    checks: "Checks",
    noChecks: "No check is due",
    due: (what) => `due ${what}`,
    overdue: "overdue",
    done: "Done",
    kind: "Check",
    dueKm: "Up to km",
    plan: "Add a check",
    defects: "Defects",
    noDefects: "No defect recorded",
    severity: { blocks: "blocking", note: "note" },
    describe: "What is wrong",
    open: "Record the defect",
    mended: "Mended",
  },

  duty: {
    around_the_clock: "around the clock",
    office_hours: "office hours",
    on_call: "on call",
  },

  log: {
    title: "Latest of this unit",
  },

  sos: {
    alarm: (unit, word) => `${unit}: its device raised an alarm (${word}); call the team now`,
    words: {
      sos: "call for help",
      panic: "call for help",
      duress: "under duress",
      accident: "accident",
      falldown: "fall",
      fallendown: "fall",
    },
    badge: "SOS",
    raised: "SOS",
  },

  verdict: {
    good: "good",
    older: "late",
    too_old: "very old",
    spare: "second device",
    duplicate: "duplicate",
    off_shift: "off shift; not kept",
    malformed: "unreadable",
    out_of_range: "impossible number",
    zero_island: "zero, zero",
    swapped: "swapped coordinates",
    out_of_region: "outside the region",
    spoof_place: "known place of spoofing",
    future: "from the future",
    time_backwards: "time goes backwards",
    poor_accuracy: "poor accuracy",
    mock: "made-up position",
    impossible_jump: "impossible jump",
    frozen: "frozen, with speed",
    circling: "made-up circles",
    fleet_gathering: "units gathered at one place",
  },
};
