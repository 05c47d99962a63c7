/** The language of the screen: its text, its digits and its direction. Persian is the default. */
import { toPersian } from "./digits";
import { en } from "./en";
import { enAdmin } from "./en.admin";
import { enCrew } from "./en.crew";
import { enPlaces } from "./en.places";
import { enRecord } from "./en.record";
import { fa } from "./fa";
import { faAdmin } from "./fa.admin";
import { faCrew } from "./fa.crew";
import { faPlaces } from "./fa.places";
import { faRecord } from "./fa.record";

export type LanguageCode = "fa" | "en";

/** Anything with a name in both languages. */
export interface Named {
  name_fa: string;
  name_en: string;
}

const KEY = "sayyar.language";

class Language {
  code = $state<LanguageCode>(localStorage.getItem(KEY) === "en" ? "en" : "fa");

  get text(): typeof fa {
    return this.code === "fa" ? fa : en;
  }

  get crew(): typeof faCrew {
    return this.code === "fa" ? faCrew : enCrew;
  }

  get admin(): typeof faAdmin {
    return this.code === "fa" ? faAdmin : enAdmin;
  }

  get places(): typeof faPlaces {
    return this.code === "fa" ? faPlaces : enPlaces;
  }

  get record(): typeof faRecord {
    return this.code === "fa" ? faRecord : enRecord;
  }

  /** `text` with the digits of this language. */
  digits(text: string | number): string {
    return this.code === "fa" ? toPersian(text) : String(text);
  }

  name(named: Named): string {
    return this.code === "fa" ? named.name_fa : named.name_en;
  }

  switch(): void {
    this.code = this.code === "fa" ? "en" : "fa";
    localStorage.setItem(KEY, this.code);
  }

  /** Put language and direction on the page. */
  show(): void {
    document.documentElement.lang = this.code;
    document.body.dir = this.code === "fa" ? "rtl" : "ltr";
    document.title = this.text.product;
  }
}

export const lang = new Language();
