/** How long something lasts, in words and as a timer. Seconds in; Latin digits out. */
import type { fa } from "../text/fa";

type Words = (typeof fa)["time"];
type Digits = (value: number) => string;

/** 4:07, or 1:04:07 from an hour on; what is below zero is zero. */
export function timer(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(m).padStart(h ? 2 : 1, "0")}:${String(s).padStart(2, "0")}`;
  return h ? `${h}:${tail}` : tail;
}

/** «۴۰ ثانیه», «۷ دقیقه», «۲:۰۵ ساعت», «۳ روز». */
export function inWords(seconds: number, words: Words, digits: Digits): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return words.seconds(digits(whole));
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return words.minutes(digits(minutes));
  if (minutes >= 2880) return words.days(digits(Math.round(minutes / 1440)));
  return words.hours(digits(Math.floor(minutes / 60)), twoDigits(minutes % 60, digits));
}

function twoDigits(value: number, digits: Digits): string {
  return value < 10 ? digits(0) + digits(value) : digits(value);
}

/** «۸۵۰ متر», «۱۲٫۳ کیلومتر»; the decimal point stays for the caller's digits to turn. */
export function distanceInWords(metres: number, words: Words, digits: Digits): string {
  if (metres < 1000) return words.metres(digits(Math.round(metres / 10) * 10));
  return words.kilometres(digits(Number((metres / 1000).toFixed(metres < 100_000 ? 1 : 0))));
}
