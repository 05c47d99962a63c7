/** Calls and triage in Persian; the shape that `en.calls.ts` must follow. */
import type { Call } from "../types";

export const faCalls = {
  calls: {
    title: "تماس‌ها",
    take: "تماس تازه",
    answer: "پاسخ",
    end: "پایان تماس",
    number: (id: string) => `تماس ${id}`,
    queued: (n: string) => `نفر ${n} در صف`,
    status: {
      ringing: "زنگ می‌زند",
      answered: "در گفت‌وگو",
      ended: "نتیجه ثبت نشده",
      abandoned: "بی‌پاسخ",
    } satisfies Record<Call["status"], string>,
    gate: "این تماس چیست؟",
    toForm: "← فرم رویداد",
    relevantWithout: "مرتبط، بی رویداد تازه",
    join: "رویداد باز",
    joinSubmit: "پیوستن",
    passOn: "میز دیگر",
    passOnSubmit: "واگذاری",
    showCaller: "نمایش تماس‌گیرنده",
    audited: "هر بار دیدن با نام شما ثبت می‌شود.",
    nameless: "بی‌نام",
    numberless: "بی‌شماره",
    gone: "کار این تماس پایان یافت.",
    channel: "از کجا",
    fromCall: (id: string) => `از تماس ${id}`,
  },

  triage: {
    flags: "نشانه‌ها",
    suggested: (priority: string) => `پیشنهاد قواعد: اولویت ${priority}`,
    because: (rules: string) => `زیرا: ${rules}`,
    nothing: "قواعد چیزی نمی‌گویند؛ اولویت با شماست.",
    needs: (needs: string) => `نیازهای پیشنهادی: ${needs}`,
    count: (count: string, need: string) => `${count} ${need}`,
    why: "دلیل اولویت دیگر",
    needReason: "اولویت دیگری برگزیدید؛ دلیلش را بگویید.",
    prompts: "هم‌اکنون",
    done: "انجام شد",
    doneBy: (by: string, at: string) => `${by}، ${at}`,
  },
};
