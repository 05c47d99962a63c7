/** What each refusal means and what to do about it, in both languages. */

export interface Sentence {
  fa: string;
  en: string;
}

export const PROBLEMS = {
  bad_signature: {
    fa: "امضای پیام مرکز تلفن درست نیست؛ رمز مشترک را بررسی کنید.",
    en: "The telephone exchange's signature is wrong; check the shared secret.",
  },
  too_old: {
    fa: "پیام مرکز تلفن کهنه است؛ ساعت آن را بررسی کنید.",
    en: "The telephone exchange's message is too old; check its clock.",
  },
  replayed: {
    fa: "همین پیام مرکز تلفن پیش‌تر رسیده است.",
    en: "This very message of the telephone exchange came before.",
  },
  already_told: {
    fa: "همکار دیگری این کار را انجام داده است.",
    en: "A colleague has done this already.",
  },
  call_taken: {
    fa: "همکار دیگری به این تماس پاسخ داده است.",
    en: "A colleague has this call already.",
  },
  call_passed_on: {
    fa: "این تماس به میز دیگری واگذار شده است.",
    en: "This call was passed on to another desk.",
  },
  call_has_incident: {
    fa: "این تماس پیش‌تر به رویدادی پیوسته است.",
    en: "This call belongs to an incident already.",
  },
  incident_closed: {
    fa: "پروندهٔ این رویداد بسته است؛ نخست بازگشایی‌اش کنید.",
    en: "This incident is closed; reopen it first.",
  },
  illegal_transition: {
    fa: "این کار در وضعیت کنونی شدنی نیست.",
    en: "This cannot be done in the present status.",
  },
  closing_lacks: {
    fa: "این پرونده هنوز بسته نمی‌شود:",
    en: "This incident cannot be closed yet:",
  },
  shelter_closed: {
    fa: "این جای امن دیگر کسی را نمی‌پذیرد.",
    en: "This place of safety takes nobody in any more.",
  },
  not_on_scene: {
    fa: "این تیم در محل نبوده است؛ کسی نیست که تحویل دهد.",
    en: "This unit was not on scene; it has nobody to hand over.",
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
  may_not_divert: {
    fa: "قاعدهٔ امروز تغییر مسیر میان این دو اولویت را روا نمی‌داند.",
    en: "Today's rule does not let a unit be diverted between these priorities.",
  },
  merged: {
    fa: "این رویداد با رویداد دیگری یکی شده است؛ نخست آن را جدا کنید.",
    en: "This incident goes on in another one; unmerge it first.",
  },
  not_merged: {
    fa: "این رویداد با رویداد دیگری یکی نیست.",
    en: "This incident is not merged into another one.",
  },
  both_served: {
    fa: "هر دو رویداد تیم یا پیشنهاد باز دارند؛ نخست یکی را بازگردانید.",
    en: "Both have a unit or an open offer; call one off first.",
  },
  merge_the_other_way: {
    fa: "تنها این رویداد تیم یا پیشنهاد باز دارد؛ آن دیگری را با این یکی کنید.",
    en: "Only this one has a unit or an open offer; merge the other into it.",
  },
  reopen_first: {
    fa: "این رویداد هنوز تیم می‌خواهد و کار آن دیگری پایان یافته است؛ نخست آن را باز کنید، یا آن را با این یکی کنید.",
    en: "This one still needs a unit and the other was cleared; reopen that one first, or merge it into this one.",
  },
  linked_already: {
    fa: "این دو رویداد از پیش پیوند خورده‌اند.",
    en: "The two incidents are linked already.",
  },
  no_number: {
    fa: "شماره‌ای از تماس‌گیرنده نیست؛ هشدار را برای جا ثبت کنید.",
    en: "No number of the caller is known; set the caution on the place.",
  },
  caution_cleared: {
    fa: "این هشدار پیش‌تر برداشته شده است.",
    en: "This caution was cleared already.",
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
  need_is_over: {
    fa: "زمان دیدن نشانی و نام پس از پایان مأموریت گذشته است.",
    en: "The time in which who and exactly where may be read after the job is over.",
  },
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
  not_ready: {
    fa: "این خودرو آمادهٔ کار نیست: نقص یا بررسی سررسیدشده دارد. به میز اعزام بگویید.",
    en: "This vehicle is not ready: it has a defect or an overdue check. Tell the dispatch desk.",
  },
  person_on_shift: {
    fa: "یکی از این همکاران هم‌اکنون در تیم دیگری در شیفت است؛ برای همنام‌ها شمارهٔ پرسنلی بنویسید.",
    en: "One of this crew is on shift with another unit; give staff numbers to people of one name.",
  },
  odometer_back: {
    fa: "این عدد از خوانش پیشین کمتر است؛ دوباره بخوانید یا دلیل آن را برگزینید.",
    en: "This is lower than the last reading; read again or say why.",
  },
  check_open: {
    fa: "برای این تیم چنین بررسی‌ای باز است؛ نخست همان را پایان دهید.",
    en: "Such a check is open for this unit already; finish that one first.",
  },
  check_done: { fa: "این بررسی پیش‌تر انجام شده است.", en: "This check was done already." },
  mended: { fa: "این نقص پیش‌تر رفع شده است.", en: "This defect was mended already." },
  holiday_known: { fa: "این روز پیش‌تر تعطیل شده است.", en: "This day is a holiday already." },
  unit_off_shift: {
    fa: "این تیم بیرون از شیفت است؛ جای آن نگه داشته نمی‌شود.",
    en: "This unit is off shift; its place is not kept.",
  },
  acknowledged_already: {
    fa: "همکار دیگری این هشدار را پیش از شما دید:",
    en: "Somebody else acknowledged this alarm before you:",
  },
  released_already: {
    fa: "این گزارش پیش‌تر آزاد شده است.",
    en: "This report was released already.",
  },
  no_place: {
    fa: "این گزارش جا و زمانی روی زمین ندارد؛ چیزی برای آزاد کردن نیست.",
    en: "This report tells no place and time on the earth; there is nothing to release.",
  },
  not_yet: {
    fa: "زمان این گزارش هنوز نرسیده است؛ پس از آن آزادش کنید.",
    en: "This report is from the future; release it when its time has come.",
  },
  off_shift_then: {
    fa: "در زمان این گزارش کسی در شیفت نبوده است؛ نگه‌داشتن آن روا نیست.",
    en: "At its time no crew was on shift; it may not be kept.",
  },
  not_suggested: {
    fa: "این گام دیگر پیشنهاد نمی‌شود.",
    en: "This step is no longer suggested.",
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
  centre_elsewhere: {
    fa: "مرکزی با این کد در شهرستان دیگری است؛ کد دیگری بگذارید.",
    en: "A centre of this code stands in another county; give it another code.",
  },
  already_valid: {
    fa: "برای این روزها نسخهٔ دیگری ثبت شده است.",
    en: "There is another version for these days.",
  },
  already_asked: {
    fa: "این درخواست پیش‌تر ثبت شده و باز است.",
    en: "This was asked already and is not over.",
  },
  no_channel: { fa: "درگاه پیامک تنظیم نشده است.", en: "No gateway for messages is set." },
  no_check_in: {
    fa: "اکنون از این تیم اعلام سلامت خواسته نمی‌شود.",
    en: "No check-in is asked of this unit now.",
  },
  code_taken: { fa: "این کد از آنِ تیم دیگری است.", en: "Another unit has this code." },
  name_taken: { fa: "این نام از آنِ حساب دیگری است.", en: "Another account has this name." },
  own_account: {
    fa: "حساب خود را نمی‌توانید ببندید.",
    en: "You cannot disable your own account.",
  },
  broadcast_over: { fa: "این فراخوان پایان یافته است.", en: "This broadcast is over." },
  still_open: { fa: "تنها رویداد بسته بازبینی می‌شود.", en: "Only a closed incident is reviewed." },
  own_incident: { fa: "کسی رویداد خود را بازبینی نمی‌کند.", en: "Nobody reviews an incident of their own." },
  already_reviewed: { fa: "این رویداد را پیش‌تر بازبینی کرده‌اید.", en: "You have reviewed this incident already." },
  already_relayed: { fa: "به این دستگاه واگذار شده و هنوز پاسخ نداده است.", en: "It was handed to this agency, which has not answered yet." },
  wrong_turn: {
    fa: "پیام در جای نادرست گفتگو فرستاده شد؛ صفحه را دوباره بارگذاری کنید.",
    en: "A message came at the wrong turn; load the page again.",
  },
  not_owner: {
    fa: "پرونده از آنِ همکار دیگری است؛ نخست آن را برعهده بگیرید.",
    en: "Somebody else owns it; take it over first.",
  },
  handoff_open: {
    fa: "این پرونده پیش‌تر به کسی پیشنهاد شده است.",
    en: "It is offered to somebody already.",
  },
  no_handoff: {
    fa: "این پرونده به کسی پیشنهاد نشده است.",
    en: "It was offered to nobody.",
  },
  owner_already: {
    fa: "مسئول این پرونده خودتان هستید.",
    en: "You own it already.",
  },
  transferred_already: {
    fa: "این پرونده پیش‌تر به میز دیگری فرستاده شده است؛ تنها یک بار می‌شود.",
    en: "It was sent to another desk already; that happens once.",
  },
  transferred: {
    fa: "این پرونده اکنون از آنِ میز دیگری است.",
    en: "It belongs to another desk now.",
  },
  no_transfer: {
    fa: "این پرونده به میز دیگری فرستاده نشده است.",
    en: "It was sent to no other desk.",
  },
  same_value: {
    fa: "همین مقدار ثبت شده است.",
    en: "That is what is recorded.",
  },
  use_priority: {
    fa: "این پرونده باز است؛ اولویت را با دکمهٔ «تغییر اولویت» عوض کنید.",
    en: "The incident goes on: change its priority, with its reason.",
  },
  not_recorded: {
    fa: "چنین چیزی ثبت نشده است که اصلاح شود.",
    en: "It was never recorded; there is nothing to put right.",
  },
  not_closed: {
    fa: "نتیجه‌ای که کسی ثبت کرده باشد ندارد.",
    en: "It has no disposition that a person gave.",
  },
  needs_second_person: {
    fa: "امروز این کار به تأیید نفر دوم نیاز دارد.",
    en: "Today this needs a second person.",
  },
  not_sensitive: {
    fa: "این کار امروز به نفر دوم نیاز ندارد؛ انجامش دهید.",
    en: "This needs no second person today; just do it.",
  },
  approval_pending: {
    fa: "همین درخواست پیش‌تر ثبت شده و باز است.",
    en: "The same is asked for already.",
  },
  not_alone: {
    fa: "این کار یک‌نفره انجام نمی‌شود؛ منتظر نفر دوم بمانید.",
    en: "Nobody does this alone; wait for a second person.",
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
