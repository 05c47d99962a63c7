/** What speaks for a unit, what sending it costs, diverts, coverage and matching, in Persian. */
import type { Cause } from "../types";

export const faAdvice = {
  advice: {
    needsMet: (needs: string) => `همهٔ نیازها را دارد: ${needs}`,
    shiftEnds: (time: string) => `پایان شیفت ${time}`,
    pastShift: (span: string) => `کار ${span} از پایان شیفت می‌گذرد`,
    tasks: (count: string, busy: string) => `${count} مأموریت در این شیفت (${busy})`,
    noTasks: "در این شیفت مأموریتی نداشته",
    rest: (span: string) => `${span} از پایان مأموریت پیش گذشته`,
    uncovers: (counties: string, within: string) => `با رفتنش تا ${within} تیم آزادی به این‌جا نمی‌رسد: ${counties}`,
    county: (name: string, people: string) => `${name}، ${people} نفر`,
    countyUnknown: (name: string) => name,
    putBack: (span: string, cause: string) => `${span} عقب‌تر: ${cause}`,
    cause: {
      past_shift: "پایان شیفت",
      short_rest: "استراحت کم",
      workload: "کار زیاد",
      uncovers: "بی‌تیم ماندن شهرستان",
    } satisfies Record<Cause, string>,
    policy: (rule: string) => `سیاست: ${rule}`,
  },

  divert: {
    title: "تغییر مسیر از رویداد کم‌اهمیت‌تر",
    from: (number: string, priority: string) => `از رویداد ${number} (اولویت ${priority})`,
    saves: (span: string) => `${span} زودتر از نخستین تیم آزاد`,
    nobodyFree: "تیم آزادی نیست",
    waited: (span: string) => `آن رویداد ${span} است که منتظر است و نوبتش را نگه می‌دارد`,
    remaining: (span: string) => `این تیم ${span} دیگر به آن می‌رسید`,
    others: (count: string) => `${count} تیم دیگر آنجا هست`,
    next: (unit: string, span: string) => `تیم آزاد بعدی برای آن: ${unit}، ${span}`,
    noNext: "برای آن تیم آزادی نیست",
    offer: "تغییر مسیر با پیشنهاد",
    outright: "تغییر مسیر مستقیم",
  },

  coverage: {
    title: "پوشش شهرستان‌ها",
    uncovered: (people: string) => `${people} نفر بی‌پوشش`,
    all: "همه زیر پوشش",
    rule: (within: string) => `بی‌پوشش: شهرستانی که هیچ تیم آزادی تا ${within} به مرکز آن نمی‌رسد`,
    none: "هیچ تیم آزادی نیست",
    nearest: (unit: string, span: string) => `نزدیک‌ترین تیم آزاد: ${unit}، ${span}`,
    emptied: (free: string, all: string) => `${free} از ${all} تیم خودش آزاد است`,
    moves: "پیشنهاد استقرار (خودبه‌خود انجام نمی‌شود)",
    move: (unit: string, county: string, span: string) => `${unit} به ${county} برود (${span})`,
    gains: (counties: string) => `پوشش می‌گیرد: ${counties}`,
    loses: (counties: string) => `پوشش از دست می‌دهد: ${counties}`,
    net: (people: string) => `در مجموع ${people} نفر بیشتر`,
  },

  matching: {
    ask: "تقسیم تیم‌ها میان منتظران",
    title: "تقسیم پیشنهادی",
    helps: "بهتر از یکی‌یکی",
    same: "یکی‌یکی هم به همین خوبی است",
    times: (mean: string, worst: string) => `میانگین ${mean}، بیشترین ${worst}`,
    together: "با هم",
    oneByOne: "یکی‌یکی",
    pair: (number: string, unit: string, span: string) => `رویداد ${number}: ${unit}، ${span}`,
    place: (rank: string) => `رتبهٔ ${rank} در فهرست`,
    left: (numbers: string) => `بی‌تیم می‌ماند: ${numbers}`,
    nobody: "برای منتظران تیم آزادی نیست.",
  },
};
