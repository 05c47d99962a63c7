/** Where it is, what belongs together and what is known from before, in Persian. */
import type { components } from "../wire";

type Basis = components["schemas"]["CandidateView"]["basis"];

export const faPlaces = {
  search: {
    label: "جای رویداد",
    hint: "نام روستا، مختصات، پیوند نقشه یا «جاده … کیلومتر …»",
    results: "جاهای یافته‌شده",
    nothing: "جایی با این نوشته یافت نشد.",
    radius: (metres: string) => `با خطای تا ${metres}`,
    swapped: "طول پیش از عرض نوشته شده است؛ جابه‌جا خوانده شد.",
    km: (km: string) => `کیلومتر ${km}`,
    fromEnd: "شمرده از سر دیگر راه",
    outside: "بیرون از استان",
    otherCounties: (counties: string) => `با این خطا شاید در شهرستان دیگری باشد: ${counties}`,
    basis: {
      decimal: "مختصات",
      sexagesimal: "درجه و دقیقه",
      utm: "UTM",
      geo_uri: "پیوند geo",
      map_link: "پیوند نقشه",
      map_view: "میانهٔ نقشهٔ پیوند",
      road_km: "کیلومتر راه",
      gazetteer: "فهرست جاها",
    } satisfies Record<Basis, string>,
  },

  duplicates: {
    title: "شاید همین رویداد باشد",
    near: (distance: string) => `در فاصلهٔ تا ${distance}`,
    sameCaller: "همان شماره",
    apart: (time: string) => `با اختلاف ${time}`,
    same: "همان رویداد",
    related: "مرتبط",
    different: "رویداد دیگر",
    sameChosen: (incident: string) => `پس از ثبت، با ${incident} یکی می‌شود.`,
    relatedChosen: (incident: string) => `پس از ثبت، به ${incident} پیوند می‌خورد.`,
    change: "تغییر",
  },

  links: {
    title: "رویدادهای وابسته",
    goesOn: (incident: string) => `تکراری بود؛ دنبالهٔ آن در ${incident} است.`,
    merged: (incident: string) => `${incident} با این یکی شده است`,
    related: (incident: string) => `مرتبط با ${incident}`,
    open: "باز کردن",
    unmerge: "جدا کردن",
    unlink: "برداشتن پیوند",
    find: "جست‌وجوی گزارش‌های همانند",
    none: "رویداد همانندی یافت نشد.",
    mergeInto: "یکی کردن با آن",
    link: "مرتبط کردن",
    audited: "هر بار دیدن با نام شما ثبت می‌شود.",
  },

  history: {
    title: "سوابق و هشدارها",
    show: "نمایش سوابق و هشدارها",
    none: "سابقه یا هشداری نیست.",
    caution: (what: string) => `هشدار: ${what}`,
    about: { place: "دربارهٔ این جا", person: "دربارهٔ این شخص" },
    until: (date: string) => `تا ${date}`,
    clear: "برداشتن هشدار",
    set: "ثبت هشدار",
    what: "چه هشداری",
    aboutLabel: "دربارهٔ",
    earlier: "رویدادهای پیشین",
  },
};
