/** What happened and how things stand, in Persian. */
import type { FactKind, IncidentStatus, Milestone, Reason, UnitStatus } from "../types";

export const faJournal = {
  incidentStatus: {
    waiting: "در انتظار",
    held: "نگه‌داشته",
    responding: "در جریان",
    cleared: "پایان کار تیم",
    closed: "بسته",
  } satisfies Record<IncidentStatus, string>,

  unitStatus: {
    off_duty: "بیرون از شیفت",
    available: "آماده",
    offered: "منتظر پاسخ",
    dispatched: "اعزام‌شده",
    en_route: "در راه",
    on_scene: "در محل",
    transporting: "در حال انتقال",
    at_destination: "در مقصد",
    out_of_service: "خارج از سرویس",
  } satisfies Record<UnitStatus, string>,

  milestone: {
    acknowledged: "دریافت",
    en_route: "حرکت",
    on_scene: "رسیدن به محل",
    contact: "دیدار با مددجو",
    transporting: "آغاز انتقال",
    at_destination: "رسیدن به مقصد",
    handed_over: "تحویل",
    cleared: "پایان کار",
  } satisfies Record<Milestone, string>,

  excludedFor: {
    not_available: "آماده نیست",
    off_shift: "بیرون از شیفت",
    no_fix: "موقعیتی ندارد",
    stale_fix: "موقعیتش کهنه است",
    lacks_capability: "توانایی لازم را ندارد",
    already_declined: "همین رویداد را نپذیرفته",
    not_covered: "قاعدهٔ پوشش این تیم‌ها را نمی‌فرستد",
    farther: "دورتر از تیم‌های پیشنهادی",
    not_ready: "خودرو آماده نیست",
  } satisfies Record<Reason, string>,

  facts: {
    incident_opened: "رویداد ثبت شد",
    incident_prioritised: "اولویت تعیین شد",
    incident_held: "نگه داشته شد",
    incident_released: "به صف بازگشت",
    incident_closed: "پرونده بسته شد",
    incident_reopened: "بازگشایی شد",
    offer_made: "پیشنهاد فرستاده شد",
    offer_accepted: "پیشنهاد پذیرفته شد",
    offer_declined: "پیشنهاد پذیرفته نشد",
    offer_expired: "مهلت پیشنهاد گذشت",
    offer_withdrawn: "پیشنهاد پس گرفته شد",
    offers_exhausted: "تیم آماده‌ای نماند",
    unit_assigned: "تیم اعزام شد",
    unit_stood_down: "تیم بازگردانده شد",
    milestone_reached: "گام تیم",
    unit_signed_on: "شیفت آغاز شد",
    unit_signed_off: "شیفت پایان یافت",
    unit_taken_out: "از سرویس خارج شد",
    unit_brought_back: "به سرویس بازگشت",
    unit_duty_changed: "نوع شیفت عوض شد",
    unit_readiness_changed: "آمادگی خودرو عوض شد",
    unit_placed: "جای تیم دستی ثبت شد",
    unit_alarmed: "هشدار از دستگاه تیم",
    incident_alarmed: "هشدار دربارهٔ مأموریت",
    alarm_acknowledged: "هشدار دیده شد",
    fix_released: "موقعیتی از قرنطینه آزاد شد",
    county_crossed: "به شهرستان دیگری رفت",
    milestone_suggested: "گام پیشنهادی به تیم",
    suggestion_dismissed: "تیم گام پیشنهادی را رد کرد",
  } satisfies Record<FactKind, string>,

  /** Reasons that the server itself writes. */
  systemReasons: {
    no_answer: "بی‌پاسخ در مهلت",
    assigned: "تیم مستقیم اعزام شد",
    incident_held: "رویداد نگه داشته شد",
    incident_closed: "پرونده بسته شد",
    incident_cleared: "کار پایان یافت",
  } as Record<string, string>,
};
