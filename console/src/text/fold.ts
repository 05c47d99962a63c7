/** Search that forgives the variants of Persian letters, marks, digits and joins. */
import { toLatin } from "./digits";

const LETTERS: Record<string, string> = { ي: "ی", ى: "ی", ك: "ک", ة: "ه", أ: "ا", إ: "ا", آ: "ا", ؤ: "و" };

/** `text` without the differences that a searcher does not mean. */
export function fold(text: string): string {
  return toLatin(text)
    .replace(/[يىكةأإآؤ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[\u064B-\u065F\u0670\u0640]/g, "")
    .replace(/[\u200B-\u200F\s_-]+/g, "")
    .toLowerCase();
}

export function matches(text: string, query: string): boolean {
  return fold(text).includes(fold(query));
}
