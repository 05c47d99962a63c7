/** Counties and people in words, as coverage and rankings tell of them. */
import { lang } from "../text/language.svelte";
import { inWords } from "../time/spans";
import type { Uncovered } from "../types";
import type { Names } from "./names.svelte";

/** 105017 as «۱۰۵٬۰۱۷» or 105,017. */
export function grouped(count: number): string {
  return count.toLocaleString(lang.code === "fa" ? "fa-IR" : "en");
}

export function span(seconds: number): string {
  return inWords(seconds, lang.text.time, (value) => lang.digits(value));
}

/** «خمین، ۱۰۵٬۰۱۷ نفر؛ …» */
export function counties(left: readonly Uncovered[], names: Names): string {
  const t = lang.text.advice;
  const told = left.map(({ county, population }) => {
    const name = names.county(county);
    return population === null ? t.countyUnknown(name) : t.county(name, grouped(population));
  });
  return told.join(lang.code === "fa" ? "؛ " : "; ");
}
