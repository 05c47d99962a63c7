import { describe, expect, test } from "vitest";
import { en } from "../src/text/en";
import { fa } from "../src/text/fa";
import { toPersian } from "../src/text/digits";
import { clock, jalali, longDate, nextAt, shortDate } from "../src/time/jalali";
import { distanceInWords, inWords, timer } from "../src/time/spans";

describe("Jalali dates in Tehran", () => {
  test.each([
    ["2025-03-20T12:00:00Z", "1403/12/30"],
    ["2025-03-21T12:00:00Z", "1404/01/01"],
    ["2026-03-20T12:00:00Z", "1404/12/29"],
    ["2026-03-21T12:00:00Z", "1405/01/01"],
    ["2021-03-20T12:00:00Z", "1399/12/30"],
  ])("%s is %s: leap years end on 30 Esfand", (at, date) => {
    expect(shortDate(new Date(at))).toBe(date);
  });

  test("the year turns at midnight in Tehran, not in London", () => {
    expect(shortDate(new Date("2025-03-20T20:29:59Z"))).toBe("1403/12/30");
    expect(shortDate(new Date("2025-03-20T20:30:00Z"))).toBe("1404/01/01");
  });

  test("there is no daylight saving", () => {
    expect(clock(new Date("2026-01-15T12:00:00Z"))).toBe("15:30:00");
    expect(clock(new Date("2026-07-15T12:00:00Z"))).toBe("15:30:00");
  });

  test("weekday, day, month, year stand in the order that is spoken", () => {
    const at = new Date("2026-11-21T12:00:00Z");
    expect(longDate(at)).toBe("شنبه 30 آبان 1405");
    expect(longDate(at, "en")).toBe("Saturday 30 Aban 1405");
    expect(jalali(new Date("2026-11-22T12:00:00Z"), "en").day).toBe("1");
  });
});

describe("the end of a shift", () => {
  const noon = new Date("2026-03-20T08:30:40Z"); // 12:00:40 in Tehran

  test("is the next time that the clock shows it", () => {
    expect(nextAt("18:30", noon)?.toISOString()).toBe("2026-03-20T15:00:00.000Z");
    expect(nextAt("08:00", noon)?.toISOString()).toBe("2026-03-21T04:30:00.000Z");
    expect(nextAt("12:00", noon)?.toISOString()).toBe("2026-03-21T08:30:00.000Z");
  });

  test.each(["", "25:00", "10:75", "later"])("%j is no time of day", (text) => {
    expect(nextAt(text, noon)).toBeNull();
  });
});

describe("spans", () => {
  test.each([
    [-5, "0:00"],
    [59.9, "0:59"],
    [61, "1:01"],
    [3600, "1:00:00"],
    [3907, "1:05:07"],
  ])("a timer of %d s shows %s", (seconds, shown) => {
    expect(timer(seconds)).toBe(shown);
  });

  test.each([
    [40, "۴۰ ثانیه", "40 s"],
    [59.6, "۱ دقیقه", "1 min"],
    [725, "۱۲ دقیقه", "12 min"],
    [3900, "۱:۰۵ ساعت", "1:05 h"],
    [200_000, "۲ روز", "2 d"],
  ])("%d s in words", (seconds, persian, english) => {
    expect(inWords(seconds, fa.time, toPersian)).toBe(persian);
    expect(inWords(seconds, en.time, String)).toBe(english);
  });

  test("distances", () => {
    expect(distanceInWords(853, fa.time, toPersian)).toBe("۸۵۰ متر");
    expect(distanceInWords(12_340, fa.time, toPersian)).toBe("۱۲٫۳ کیلومتر");
    expect(distanceInWords(152_400, en.time, String)).toBe("152 km");
  });
});
