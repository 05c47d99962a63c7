/** What each refusal means and what to do about it, in both languages. */

export interface Sentence {
  fa: string;
  en: string;
}

export const PROBLEMS = {
  illegal_transition: {
    fa: "این کار در وضعیت کنونی شدنی نیست.",
    en: "This cannot be done in the present status.",
  },
  unit_taken: {
    fa: "این تیم همین حالا به مأموریت دیگری رفت؛ تیم دیگری را برگزینید.",
    en: "This unit has just been taken; choose another one.",
  },
  unit_has_open_offer: {
    fa: "به این تیم پیشنهاد دیگری داده شده است؛ تیم دیگری را برگزینید یا آن را پس بگیرید.",
    en: "This unit has another open offer; choose another one or withdraw that offer.",
  },
  incident_has_open_offer: {
    fa: "این رویداد پیشنهاد بازی دارد؛ منتظر پاسخ بمانید یا آن را پس بگیرید.",
    en: "This incident has an open offer; wait for the answer or withdraw it.",
  },
  needs_backup: {
    fa: "این رویداد تیم دارد؛ تیم تازه را «به‌عنوان پشتیبان» بفرستید.",
    en: "This incident has a unit already; send the new one as back-up.",
  },
  no_unit: {
    fa: "هیچ تیم آماده و مناسبی نیست؛ دلیل هر تیم را در فهرست ببینید.",
    en: "No unit is free and fit; the list gives each unit's reason.",
  },
  invalid: { fa: "یکی از مقدارها درست نیست.", en: "A value is not right." },
  malformed: { fa: "درخواست خوانده نشد.", en: "The request could not be read." },
  bad_request: { fa: "درخواست درست نیست.", en: "The request is not right." },
  conflict: {
    fa: "با آنچه هم‌اکنون ثبت است نمی‌خواند.",
    en: "It conflicts with what is already so.",
  },
  too_large: { fa: "متن بیش از اندازه بلند است.", en: "The text is too long." },
  not_found: { fa: "چنین چیزی دیگر نیست.", en: "There is no such thing any more." },
  forbidden: { fa: "این حساب اجازهٔ این کار را ندارد.", en: "This account may not do that." },
  unauthenticated: {
    fa: "نام یا گذرواژه درست نیست یا نشست پایان یافته است.",
    en: "The name or password is wrong, or the sign-in has ended.",
  },
  password_change_required: {
    fa: "نخست گذرواژهٔ تازه بگذارید.",
    en: "Choose a new password first.",
  },
  too_many: {
    fa: "تلاش‌های پیاپی زیاد بود؛ کمی صبر کنید.",
    en: "Too many attempts; wait a little.",
  },
  unavailable: {
    fa: "پایگاه داده پاسخ نمی‌دهد؛ چیزی ثبت نشد، دوباره تلاش کنید.",
    en: "The database does not answer; nothing was kept, try again.",
  },
  idempotency_key_reused: {
    fa: "این درخواست پیش‌تر با محتوای دیگری فرستاده شده است؛ دوباره از نو ثبت کنید.",
    en: "This request was sent before with another content; enter it anew.",
  },
  changed: {
    fa: "هم‌زمان چیزی عوض شد؛ دوباره تلاش کنید.",
    en: "It changed in the same moment; try again.",
  },
  shown_once: {
    fa: "این کار انجام شده است؛ رمز آن تنها یک بار نشان داده می‌شد. دستگاه را پاک و از نو ثبت کنید.",
    en: "It was done, and its secret was shown only once. Remove the device and enrol it anew.",
  },
  in_progress: {
    fa: "همین درخواست هنوز در حال انجام است؛ کمی صبر کنید.",
    en: "This same request is still being done; wait a little.",
  },
  already_reported: {
    fa: "این گام پیش‌تر ثبت شده است.",
    en: "This step was reported already.",
  },
  assignment_ended: {
    fa: "این مأموریت پایان یافته یا از تیم گرفته شده است.",
    en: "This assignment is over or was taken back.",
  },
  shift_ended: { fa: "این شیفت پیش‌تر پایان یافته است.", en: "This shift has ended already." },
  no_ground: {
    fa: "برای امروز شهرستانی ثبت نشده است؛ مدیر سامانه باید مرزها را وارد کند.",
    en: "No counties are known for today; the administrator must import them.",
  },
  no_rule: {
    fa: "برای امروز یکی از قاعده‌ها ثبت نشده است؛ به مدیر سامانه بگویید.",
    en: "A rule is missing for today; tell the administrator.",
  },
  already_valid: {
    fa: "برای این روزها نسخهٔ دیگری ثبت شده است.",
    en: "There is another version for these days.",
  },
  code_taken: { fa: "این کد از آنِ تیم دیگری است.", en: "Another unit has this code." },
  name_taken: { fa: "این نام از آنِ حساب دیگری است.", en: "Another account has this name." },
  own_account: {
    fa: "حساب خود را نمی‌توانید ببندید.",
    en: "You cannot disable your own account.",
  },
  wrong_turn: {
    fa: "پیام در جای نادرست گفتگو فرستاده شد؛ صفحه را دوباره بارگذاری کنید.",
    en: "A message came at the wrong turn; load the page again.",
  },
  unreachable: {
    fa: "سرور در دسترس نیست؛ چیزی ثبت نشد، دوباره تلاش کنید.",
    en: "The server cannot be reached; nothing was kept, try again.",
  },
  unexpected: {
    fa: "سرور پاسخ نامنتظره‌ای داد؛ چیزی که فرستادید شاید ثبت نشده باشد.",
    en: "The server answered unexpectedly; what you sent may not have been kept.",
  },
} as const satisfies Record<string, Sentence>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The sentence for `code`; one that the table lacks gets the general one. */
export function sentence(code: string): Sentence {
  return Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as ProblemCode] : PROBLEMS.unexpected;
}
