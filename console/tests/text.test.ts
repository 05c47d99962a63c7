import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readNumber, toLatin, toPersian } from "../src/text/digits";
import { en } from "../src/text/en";
import { enAdmin } from "../src/text/en.admin";
import { enCrew } from "../src/text/en.crew";
import { fa } from "../src/text/fa";
import { faAdmin } from "../src/text/fa.admin";
import { faCrew } from "../src/text/fa.crew";
import { faultInPersian, fieldInPersian } from "../src/text/faults";
import { fold, matches } from "../src/text/fold";
import { PROBLEMS, sentence } from "../src/text/problems";
import { uuid } from "../src/uuid";

describe("digits", () => {
  test("are Persian on screen, the decimal mark as well", () => {
    expect(toPersian("34.08 / 1405")).toBe("۳۴٫۰۸ / ۱۴۰۵");
    expect(toPersian("v. 2")).toBe("v. ۲");
  });

  test.each(["34.5", "۳۴٫۵", "٣٤٫٥", "۳۴.۵", " 34.5 ", "34,5"])("%s is read as 34.5", (text) => {
    expect(readNumber(text)).toBe(34.5);
  });

  test.each([["-0.5", -0.5], ["−۱۲", -12], ["0", 0]])("%s is read as %d", (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  test.each(["", "abc", "3.4.5", "1e5", "NaN", "Infinity", "--3"])("%j is no number", (text) => {
    expect(readNumber(text)).toBeNull();
  });

  test("of every kind become Latin for the wire", () => {
    expect(toLatin("۰۹۱۸-٣٤٥ 67")).toBe("0918-345 67");
  });
});

describe("ids made here", () => {
  test("are UUIDs of version 4, each of its own", () => {
    const made = Array.from({ length: 100 }, uuid);
    expect(new Set(made).size).toBe(100);
    for (const id of made) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});

describe("search", () => {
  test.each([
    ["علي", "علی"],
    ["كميجان", "کمیجان"],
    ["نیم‌فاصله", "نیم فاصله"],
    ["تیم ۶", "تیم 6"],
    ["آشتیان", "اشتیان"],
    ["مُحَلّات", "محلات"],
    ["Arak-1", "arak 1"],
  ])("%s and %s are one", (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  test("finds a part, and nothing else", () => {
    expect(matches("سیار کمیجان ۱", "كميجان")).toBe(true);
    expect(matches("سیار کمیجان ۱", "خمین")).toBe(false);
    expect(matches("anything", "")).toBe(true);
  });
});

/** Every code that the server's source gives a refusal. */
function codesOfServer(): string[] {
  const root = new URL("../../", import.meta.url);
  const sources = ["kit", "geo", "fleet", "dispatch", "realtime", "server"].flatMap((folder) =>
    globSync(`${folder}/**/*.py`, { cwd: fileURLToPath(root) }),
  );
  const forms = /\bcode(?:: str)? ?= ?"([a-z_]+)"|explain_constraint\(\s*\w*"?\w*"?,\s*"([a-z_]+)"/g;
  const found = sources.flatMap((path) =>
    [...readFileSync(new URL(path, root), "utf8").matchAll(forms)].map(([, a, b]) => a ?? b ?? ""),
  );
  return [...new Set(found)].sort();
}

describe("refusals", () => {
  const FROM_SERVER = codesOfServer();

  test("the server's codes are found", () => {
    expect(FROM_SERVER).toEqual(
      expect.arrayContaining(["illegal_transition", "unit_taken", "unit_has_open_offer", "needs_backup", "no_unit"]),
    );
  });

  test.each(FROM_SERVER)("%s has a sentence of its own in both languages", (code) => {
    expect(Object.keys(PROBLEMS)).toContain(code);
    expect(sentence(code).fa).toMatch(/[\u0600-\u06FF]/);
    expect(sentence(code).en).toMatch(/^[A-Z]/);
  });

  test("a code that nobody knows is still told", () => {
    expect(sentence("what_is_this")).toBe(PROBLEMS.unexpected);
    expect(sentence("toString")).toBe(PROBLEMS.unexpected);
  });
});

/** Every sentence of a table, called with plain words where it wants any. */
function sentences(table: object): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "string") return [[key, value]];
    if (typeof value === "function") return [[key, (value as (...words: string[]) => string)("۱", "۲", "۳")]];
    return sentences(value as object).map(([inner, text]) => [`${key}.${inner}`, text]);
  });
}

describe("the two languages", () => {
  test.each([
    ["desk", fa, en],
    ["crew", faCrew, enCrew],
    ["administration", faAdmin, enAdmin],
  ])("of the %s say the same things, none of them empty", (_, persian, english) => {
    const [mine, theirs] = [sentences(persian), sentences(english)];
    expect(theirs.map(([key]) => key)).toEqual(mine.map(([key]) => key));
    expect([...mine, ...theirs].filter(([, text]) => text.trim() === "" || text.includes("undefined"))).toEqual([]);
  });

  test("Persian sentences use Persian letters and digits", () => {
    const foreign = [...sentences(fa), ...sentences(faCrew), ...sentences(faAdmin)].filter(
      ([key, text]) => /[يك0-9]/.test(text) && !/^desk\.keys/.test(key) && !/WebGL/.test(text) && !text.includes("F2"),
    );
    expect(foreign).toEqual([]);
  });
});

describe("what the server says of a field", () => {
  test.each([
    ["lat and lon look swapped: the other way round they lie in IR-00-01", /جابه‌جا/],
    ["must lie between -90 and 90 degrees, not 340", /۹۰− و ۹۰ درجه/],
    ["Input should be less than or equal to 90", /۹۰ یا کمتر/],
    ["String should have at most 200 characters", /۲۰۰ نویسه/],
    ["Field required", /نوشته نشده/],
  ])("%s is told in Persian", (fault, sentence) => {
    expect(faultInPersian(fault)).toMatch(sentence);
    expect(faultInPersian(fault)).not.toMatch(/[A-Za-z0-9$]/);
  });

  test("what has no sentence stays as it was said", () => {
    expect(faultInPersian("something new")).toBeNull();
  });

  test.each([["lat", "عرض جغرافیایی"], ["crew.0.name", "نام"], ["new_thing", "new_thing"]])(
    "the field %s is called %s",
    (field, name) => expect(fieldInPersian(field)).toBe(name),
  );
});
