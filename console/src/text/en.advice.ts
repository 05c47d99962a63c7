/** What speaks for a unit, what sending it costs, diverts, coverage and matching, in English. */
import type { faAdvice } from "./fa.advice";

export const enAdvice: typeof faAdvice = {
  advice: {
    needsMet: (needs) => `meets all needs: ${needs}`,
    shiftEnds: (time) => `shift ends ${time}`,
    pastShift: (span) => `would work ${span} past the shift`,
    tasks: (count, busy) => `${count} tasks this shift (${busy})`,
    noTasks: "no task yet this shift",
    rest: (span) => `cleared ${span} ago`,
    uncovers: (counties, within) => `sending it leaves without a free unit within ${within}: ${counties}`,
    county: (name, people) => `${name}, ${people} people`,
    countyUnknown: (name) => name,
    putBack: (span, cause) => `put back ${span}: ${cause}`,
    cause: {
      past_shift: "end of shift",
      short_rest: "too little rest",
      workload: "workload",
      uncovers: "leaves a county without",
    },
    policy: (rule) => `policy: ${rule}`,
  },

  divert: {
    title: "Divert from a lesser incident",
    from: (number, priority) => `from incident ${number} (priority ${priority})`,
    saves: (span) => `${span} sooner than the first free unit`,
    nobodyFree: "no unit is free",
    waited: (span) => `that incident has waited ${span} and keeps its place`,
    remaining: (span) => `this unit would be there in ${span}`,
    others: (count) => `${count} more units are on it`,
    next: (unit, span) => `next free unit for it: ${unit}, ${span}`,
    noNext: "no free unit for it",
    offer: "Divert by offer",
    outright: "Divert outright",
  },

  coverage: {
    title: "Coverage of counties",
    uncovered: (people) => `${people} people uncovered`,
    all: "all covered",
    rule: (within) => `Uncovered: no free unit can be at the county's seat within ${within}`,
    none: "no unit is free",
    nearest: (unit, span) => `nearest free unit: ${unit}, ${span}`,
    emptied: (free, all) => `${free} of its own ${all} units free`,
    moves: "Proposed stand-by (never done by itself)",
    move: (unit, county, span) => `${unit} to ${county} (${span})`,
    gains: (counties) => `covers: ${counties}`,
    loses: (counties) => `no longer covers: ${counties}`,
    net: (people) => `${people} people more in all`,
  },

  matching: {
    ask: "Match units and waiting",
    title: "Proposed matching",
    helps: "better than one by one",
    same: "one by one is as good",
    times: (mean, worst) => `mean ${mean}, worst ${worst}`,
    together: "together",
    oneByOne: "one by one",
    pair: (number, unit, span) => `Incident ${number}: ${unit}, ${span}`,
    place: (rank) => `number ${rank} of its list`,
    left: (numbers) => `left without: ${numbers}`,
    nobody: "No unit is free for those who wait.",
  },
};
