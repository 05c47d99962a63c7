/** Digits: Persian on a Persian screen; any of the three kinds in what people type. */

const PERSIAN = "۰۱۲۳۴۵۶۷۸۹";
const ARABIC = "٠١٢٣٤٥٦٧٨٩";

/** 0-9 become ۰-۹, and a point between digits becomes the Persian decimal mark. */
export function toPersian(text: string | number): string {
  return String(text)
    .replace(/(?<=\d)\.(?=\d)/g, "٫")
    .replace(/[0-9]/g, (digit) => PERSIAN[Number(digit)] ?? digit);
}

/** ۰-۹ and ٠-٩ become 0-9; the Persian decimal mark becomes a point. */
export function toLatin(text: string): string {
  return text
    .replace(/[۰-۹]/g, (digit) => String(PERSIAN.indexOf(digit)))
    .replace(/[٠-٩]/g, (digit) => String(ARABIC.indexOf(digit)))
    .replace(/[٫⁄]/g, ".")
    .replace(/−/g, "-");
}

/** The number that a person wrote, or null when it is none. */
export function readNumber(text: string): number | null {
  const plain = toLatin(text).trim().replace(/(?<=\d),(?=\d+$)/, ".");
  return /^-?\d+(\.\d*)?$/.test(plain) ? Number(plain) : null;
}
