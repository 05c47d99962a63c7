/** Names of things on the desk, in the language of the screen. */
import type { CodeTable } from "../rest";
import { lang } from "../text/language.svelte";
import { shortDate } from "../time/jalali";
import type { DeskStore } from "./desk.svelte";

const REASON_TABLES: readonly CodeTable[] = [
  "decline_reason",
  "stand_down_reason",
  "hold_reason",
  "out_of_service_reason",
];

export class Names {
  constructor(private readonly desk: DeskStore) {}

  county(code: string | null): string {
    const found = this.desk.ground?.counties.features.find((it) => it.properties.code === code);
    return found ? lang.name(found.properties) : (code ?? lang.text.unknown);
  }

  code(table: CodeTable, code: string): string {
    const found = this.desk.codes?.[table]?.find((it) => it.code === code);
    return found ? lang.name(found) : code;
  }

  /** A reason by its name where it is a code, else as it was written. */
  reason(reason: string): string {
    const written = lang.text.systemReasons[reason];
    if (written) return written;
    const tables = REASON_TABLES.map((table) => this.code(table, reason));
    return tables.find((name) => name !== reason) ?? reason;
  }

  /** A dated rule (``name@2020-01-01``) in words. */
  rule(rule: string): string {
    const [name = rule, date] = rule.split("@");
    const known = lang.text.recommend.rules[name] ?? name;
    return date ? lang.text.recommend.since(known, lang.digits(shortDate(new Date(date)))) : known;
  }

  unit(id: number): string {
    const found = this.desk.board.units.get(id);
    return found ? lang.digits(lang.name(found)) : lang.digits(id);
  }
}
