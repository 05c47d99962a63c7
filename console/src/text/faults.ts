/** What is wrong with a field, in Persian: the server says it in English alone. */
import { toPersian } from "./digits";

const FIELDS: Record<string, string> = {
  lat: "عرض جغرافیایی",
  lon: "طول جغرافیایی",
  text: "جا",
  uncertainty_m: "خطا (متر)",
  group: "گروه هدف",
  priority: "اولویت",
  needs: "نیازها",
  address: "نشانی",
  narrative: "شرح",
  caller_name: "نام تماس‌گیرنده",
  caller_phone: "تلفن",
  rang_at: "زمان زنگ",
  answered_at: "زمان پاسخ",
  reason: "دلیل",
  channel: "از کجا",
  outcome: "نتیجه",
  priority_reason: "دلیل اولویت دیگر",
  to: "میز دیگر",
  note: "یادداشت",
  disposition: "نتیجه",
  receiver: "تحویل به",
  condition: "وضعیت مددجو",
  handed_at: "زمان تحویل",
  removed_at: "زمان جدا شدن",
  reported_at: "زمان گزارش",
  report_no: "شمارهٔ گزارش",
  agency: "دستگاه",
  kind: "نوع",
  due_at: "تا تاریخ",
  crew: "همکاران",
  name: "نام",
  role: "نقش",
  capabilities: "توانایی‌ها",
  ends_at: "پایان شیفت",
  password: "گذرواژه",
  new_password: "گذرواژهٔ تازه",
};

/** How the server's fault begins or reads, and the sentence for it; $1 is its number. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/2, 4 or 6 numbers/, "مختصات باید دو، چهار یا شش عدد باشد."],
  [/one of N or S/, "یک جهت شمالی یا جنوبی و یک جهت شرقی یا غربی لازم است."],
  [/seconds must be below 60/, "دقیقه و ثانیه باید کمتر از ۶۰ باشد."],
  [/only the last of degrees/, "تنها آخرین بخش از درجه، دقیقه و ثانیه اعشار دارد."],
  [/are no place/, "این مختصات روی زمین نیست: عرض تا ۹۰ و طول تا ۱۸۰."],
  [/link tells no place|short link/, "این پیوند جایی را نمی‌گوید؛ بازش کنید و مختصات را رونویسی کنید."],
  [/no place in UTM/, "چنین جایی در UTM نیست."],
  [/geo: URI begins/, "پیوند geo با عرض و طول آغاز می‌شود."],
  [/which road/, "نام راه را کنار کیلومتر بنویسید."],
  [/has kilometres (.+), not/, "این راه چنین کیلومتری ندارد؛ کیلومترهای آن: $1"],
  [/look swapped/, "طول و عرض جابه‌جا نوشته شده است؛ جای آن دو را عوض کنید."],
  [/^0, 0 is/, "۰ و ۰ جای واقعی نیست؛ دستگاهی که جای خود را نمی‌داند چنین می‌فرستد."],
  [/must lie between -\d+ and (\d+) degrees/, "باید میان $1− و $1 درجه باشد."],
  [/less than or equal to (\d+)/, "باید $1 یا کمتر باشد."],
  [/greater than or equal to (-?\d+)/, "باید $1 یا بیشتر باشد."],
  [/at most (\d+) characters/, "بیش از $1 نویسه است؛ کوتاه‌ترش کنید."],
  [/at least (\d+) characters?/, "دست‌کم $1 نویسه می‌خواهد."],
  [/required/i, "نوشته نشده است."],
  [/ends in the future/, "پایان شیفت باید در آینده باشد."],
  [/in the future/, "در آینده است؛ ساعت این دستگاه را بررسی کنید."],
  [/rings before it is answered/, "زنگ باید پیش از پاسخ باشد."],
  [/not your present password/, "گذرواژهٔ کنونی شما این نیست."],
  [/the same as before/, "همان گذرواژهٔ پیشین است؛ گذرواژهٔ دیگری بگذارید."],
  [/is not a known/, "این گزینه امروز در فهرست نیست؛ گزینهٔ دیگری برگزینید."],
];

/** The field's name on the screen; of `crew.0.name` the last part that is known. */
export function fieldInPersian(field: string): string {
  const known = field.split(".").findLast((part) => Object.hasOwn(FIELDS, part));
  return known === undefined ? field : FIELDS[known]!;
}

/** The fault in Persian, or null when there is no sentence for it. */
export function faultInPersian(fault: string): string | null {
  for (const [pattern, sentence] of FAULTS) {
    const found = pattern.exec(fault);
    if (found) return toPersian(sentence.replaceAll("$1", found[1] ?? ""));
  }
  return null;
}
