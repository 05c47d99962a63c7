/** Places, vehicles and duty of the units, in Persian. */
import type { Basis, DutyKind, Severity, Staleness, Verdict } from "../types";

export const faFleet = {
  place: {
    staleness: {
      fresh: "تازه",
      late: "با تأخیر",
      stale: "آخرین موقعیت معلوم",
      silent: "بی‌صدا",
    } satisfies Record<Staleness, string>,
    from: {
      gps: "از دستگاه",
      manual: "دستی",
      centre: "در مرکز؛ موقعیتی نرسیده",
    } satisfies Record<Basis, string>,
    aged: (word: string, age: string) => `${word}، ${age} پیش`,
    silentFor: (age: string) => `بی‌صدا از ${age} پیش`,
    centreShort: "در مرکز",
    turnout: (time: string) => `${time} تا حرکت`,
    accuracy: (m: string) => `خطا تا ${m} متر`,
  },

  putOnMap: {
    button: "ثبت جای دستی",
    title: (unit: string) => `جای ${unit}`,
    lead: "روی نقشه کلیک کنید یا مختصات را بنویسید.",
    onMap: (unit: string) => `جای ${unit} را روی نقشه کلیک کنید`,
    why: "از کجا می‌دانید؟",
    accuracy: "خطا (متر، اختیاری)",
    submit: "ثبت جای تیم",
    pending: (left: string) => `تا ${left} ثانیهٔ دیگر ثبت می‌شود.`,
    undo: "برگرداندن",
    done: "ثبت شد؛ با نخستین موقعیت خوب دستگاه جایگزین می‌شود.",
  },

  vehicle: {
    title: "خودرو",
    ready: "آماده",
    notReady: "آماده نیست",
    defect: "نقص",
    odometer: "کیلومترشمار",
    noReading: "خوانده نشده",
    km: (km: string) => `${km} کیلومتر`,
    read: "ثبت خوانش",
    lower: "اگر کمتر شده، چرا؟",
    checks: "بررسی‌ها",
    noChecks: "بررسی‌ای در پیش نیست",
    due: (what: string) => `سررسید: ${what}`,
    overdue: "گذشته",
    done: "انجام شد",
    kind: "بررسی",
    dueKm: "تا کیلومتر",
    plan: "افزودن بررسی",
    defects: "نقص‌ها",
    noDefects: "نقصی ثبت نشده",
    severity: { blocks: "بازدارنده", note: "یادداشت" } satisfies Record<Severity, string>,
    describe: "شرح نقص",
    open: "ثبت نقص",
    mended: "رفع شد",
  },

  duty: {
    around_the_clock: "شبانه‌روزی",
    office_hours: "ساعت اداری",
    on_call: "آماده‌باش از خانه",
  } satisfies Record<DutyKind, string>,

  log: {
    title: "تازه‌ترین رویدادهای تیم",
  },

  sos: {
    alarm: (unit: string, word: string) => `${unit}: دستگاه تیم هشدار داد (${word})؛ هم‌اکنون با تیم تماس بگیرید`,
    words: {
      sos: "درخواست کمک",
      panic: "درخواست کمک",
      duress: "زیر فشار",
      accident: "تصادف",
      falldown: "افتادن",
      fallendown: "افتادن",
    } as Record<string, string>,
    badge: "کمک",
    raised: "هشدار کمک",
  },

  verdict: {
    good: "پذیرفته",
    older: "دیررسیده",
    too_old: "بسیار کهنه",
    spare: "از دستگاه دوم",
    duplicate: "تکراری",
    off_shift: "بیرون از شیفت؛ نگه داشته نشد",
    malformed: "خوانده نشد",
    out_of_range: "عدد ناممکن",
    zero_island: "صفر و صفر",
    swapped: "طول و عرض جابه‌جا",
    out_of_region: "بیرون از منطقه",
    spoof_place: "جای شناختهٔ جعل موقعیت",
    future: "از آینده",
    time_backwards: "زمان رو به عقب",
    poor_accuracy: "دقت کم",
    mock: "موقعیت ساختگی",
    impossible_jump: "جهش ناممکن",
    frozen: "ثابت با سرعت",
    circling: "چرخش ساختگی",
    fleet_gathering: "گرد آمدن چند تیم در یک جا",
  } satisfies Record<Verdict, string>,
};
