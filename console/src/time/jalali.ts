/** Dates and clocks of the place that is served: Jalali in Persian, built part by part. */

export const TIME_ZONE = "Asia/Tehran";

export interface DateParts {
  weekday: string;
  year: string;
  month: string;
  monthName: string;
  day: string;
}

const calendar = { fa: "fa-IR-u-ca-persian-nu-latn", en: "en-GB-u-ca-persian-nu-latn" };

function parts(at: Date, locale: string, options: Intl.DateTimeFormatOptions) {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: TIME_ZONE });
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

/** The Jalali date of an instant, with Latin digits. */
export function jalali(at: Date, language: "fa" | "en" = "fa"): DateParts {
  const numbers = parts(at, calendar[language], { year: "numeric", month: "numeric", day: "numeric" });
  const names = parts(at, calendar[language], { weekday: "long", month: "long" });
  return {
    weekday: names.weekday ?? "",
    year: numbers.year ?? "",
    month: plain(numbers.month),
    monthName: names.month ?? "",
    day: plain(numbers.day),
  };
}

/** Without the leading zero that some locales write. */
function plain(part: string | undefined): string {
  return String(Number(part));
}

/** «شنبه ۳۰ آبان ۱۴۰۵», with Latin digits. */
export function longDate(at: Date, language: "fa" | "en" = "fa"): string {
  const { weekday, day, monthName, year } = jalali(at, language);
  return `${weekday} ${day} ${monthName} ${year}`;
}

/** 1405/08/30 */
export function shortDate(at: Date): string {
  const { year, month, day } = jalali(at);
  return `${year}/${month.padStart(2, "0")}/${day.padStart(2, "0")}`;
}

/** 14:05:09, or 14:05 without seconds. */
export function clock(at: Date, seconds = true): string {
  const { hour, minute, second } = parts(at, "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return seconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

/**
 * The next instant after `now` at which the clock in the zone shows `hhmm` ("18:30");
 * null when that is no time of day.
 */
export function nextAt(hhmm: string, now: Date): Date | null {
  const found = /^(\d{1,2})[:.]?(\d{2})$/.exec(hhmm.trim());
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2])];
  if (!found || hour > 23 || minute > 59) return null;
  const [nowHour, nowMinute] = clock(now, false).split(":").map(Number) as [number, number];
  const ahead = (hour * 60 + minute - nowHour * 60 - nowMinute + 1440) % 1440 || 1440;
  const start = Math.floor(now.getTime() / 60_000) * 60_000;
  return new Date(start + ahead * 60_000);
}
